import type { Address, Digest } from "@polis/codec";
import type { EthereumTransaction } from "../ethereum/types.ts";
import type { PaymentTransaction } from "../payment/types.ts";

/** What all transaction types have in common (kairos 7.2). */
export interface SignedTransaction {
  /** EIP-2718 type byte. */
  readonly type: number;
  /** keccak of the envelope. */
  readonly hash: Digest;
  readonly envelope: Uint8Array;
  readonly chainId: bigint;
  readonly nonce: bigint;
  /** Gas limit; for a payment also the gas used (T13). */
  readonly gas: bigint;
}

/** A transaction read from its envelope; its signatures are not checked yet. One member per accepted type. */
export type DecodedTransaction = PaymentTransaction | EthereumTransaction;

/** A transaction whose signatures are valid under K3, with the sender that they prove. */
export interface VerifiedTransaction<T extends DecodedTransaction = DecodedTransaction> {
  readonly transaction: T;
  readonly sender: Address;
}
