import { ethereumAddress, secp256k1 } from "@polis/crypto";
import type { Authorization } from "@polis/evm";
import { authorizationDigest } from "./signingDigest.ts";
import type { EthereumTransaction } from "./types.ts";

const recovered = new WeakMap<EthereumTransaction, readonly Authorization[]>();

/**
 * The tuples of a transaction with the accounts that signed them, recovered once in the transaction's life. An authority
 * is undefined when its signature is invalid: that tuple is skipped (EIP-7702).
 */
export function authorizationsOf(transaction: EthereumTransaction): readonly Authorization[] {
  const known = recovered.get(transaction);
  if (known !== undefined) return known;
  const tuples = transaction.authorizations.map(({ chainId, address, nonce, yParity, signature }) => {
    const key = secp256k1.recover(authorizationDigest({ chainId, address, nonce }), signature, yParity);
    return { chainId, address, nonce, authority: key === undefined ? undefined : ethereumAddress(key) };
  });
  recovered.set(transaction, tuples);
  return tuples;
}
