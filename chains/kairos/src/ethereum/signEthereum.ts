import { secp256k1 } from "@polis/crypto";
import { encodeEthereum } from "./encodeEthereum.ts";
import { authorizationDigest, signingDigest } from "./signingDigest.ts";
import type { EthereumFields, SignedAuthorization } from "./types.ts";

/** Fields of a transaction to sign; absent ones are zero, empty or, for the chain id of a legacy one, unprotected. */
export type EthereumDraft = Pick<EthereumFields, "type" | "nonce" | "gas" | "maxFeePerGas"> & Partial<EthereumFields>;

/**
 * Signs a transaction with a secp256k1 secret of 32 bytes. Throws a RangeError on a bad secret, and when types 0 and 1 are
 * given a tip that differs from their price.
 * @returns the envelope
 * @example signEthereumTransaction({ type: 2, chainId, nonce: 0n, gas: 21_000n, maxFeePerGas: price, to, value: 1n }, secret)
 */
export function signEthereumTransaction(draft: EthereumDraft, secret: Uint8Array): Uint8Array {
  const fields: EthereumFields = {
    chainId: 0n,
    maxPriorityFeePerGas: draft.type < 2 ? draft.maxFeePerGas : 0n,
    to: undefined,
    value: 0n,
    data: new Uint8Array(0),
    accessList: [],
    authorizations: [],
    ...draft,
  };
  if (fields.type < 2 && fields.maxPriorityFeePerGas !== fields.maxFeePerGas) {
    throw new RangeError("types 0 and 1 have one gas price");
  }
  const signed = sign(signingDigest(fields), secret);
  return encodeEthereum(fields, signed.recovery, signed.signature);
}

/**
 * Signs an EIP-7702 tuple: the account of `secret` takes the code of `address`.
 * @example signAuthorization({ chainId, address: wallet, nonce: 1n }, secret)
 */
export function signAuthorization(
  tuple: Pick<SignedAuthorization, "chainId" | "address" | "nonce">,
  secret: Uint8Array,
): SignedAuthorization {
  const { signature, recovery } = sign(authorizationDigest(tuple), secret);
  const { chainId, address, nonce } = tuple;
  return { chainId, address, nonce, yParity: recovery, signature };
}

function sign(digest: Uint8Array, secret: Uint8Array) {
  const signed = secp256k1.sign(digest, secret);
  if (signed === undefined) throw new RangeError("the secret is not in 1..N-1");
  return signed;
}
