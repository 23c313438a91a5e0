import type { Address } from "@polis/codec";
import { ethereumAddress, secp256k1 } from "@polis/crypto";
import { type EthereumDraft, signEthereumTransaction } from "../ethereum/signEthereum.ts";
import { testSecret } from "./genesisFixture.ts";

/** An account of a test that signs Ethereum transactions of chain 52470. */
export interface EthereumAccount {
  readonly address: Address;
  readonly secret: Uint8Array;
  /** Signs a transaction of type 2 at the floor's price with 21,000 gas, or with what is given. */
  sign(draft: Partial<EthereumDraft>): Uint8Array;
}

/** The base fee of a new test chain. */
export const floorFee = 47_619_047_620n;

/** Accounts differ by index, and from those of `testSigner`. */
export function ethereumAccount(index: number): EthereumAccount {
  const secret = testSecret(3_000 + index);
  const address = ethereumAddress(secp256k1.publicKey(secret)!);
  return {
    address,
    secret,
    sign: (draft) =>
      signEthereumTransaction(
        { type: 2, chainId: 52_470n, nonce: 0n, gas: 21_000n, maxFeePerGas: floorFee, ...draft },
        secret,
      ),
  };
}
