import type { Address, Digest } from "@polis/codec";
import type { AccessListEntry } from "@polis/evm";
import type { SignedTransaction } from "../transaction/types.ts";

/** EIP-2718 types of Ethereum that the chain accepts (kairos 7.1): legacy, EIP-2930, EIP-1559 and EIP-7702. */
export type EthereumType = 0 | 1 | 2 | 4;

/** An EIP-7702 tuple as it stands in an envelope. Any such tuple may be in a valid transaction; a bad one is skipped. */
export interface SignedAuthorization {
  /** 0 for any chain. */
  readonly chainId: bigint;
  /** Whose code the authority takes. */
  readonly address: Address;
  readonly nonce: bigint;
  /** 0..255; anything but 0 and 1 is an invalid signature. */
  readonly yParity: number;
  /** r and s, 32 bytes each. */
  readonly signature: Uint8Array;
}

/** What a client chooses. Prices in 10^-18 USDC per gas, value in 10^-18 USDC. */
export interface EthereumFields {
  readonly type: EthereumType;
  /** 0 only in a legacy transaction: one without replay protection (EIP-155). */
  readonly chainId: bigint;
  readonly nonce: bigint;
  /** Gas limit. */
  readonly gas: bigint;
  /** The gas price of types 0 and 1. */
  readonly maxFeePerGas: bigint;
  /** The gas price of types 0 and 1. */
  readonly maxPriorityFeePerGas: bigint;
  /** Undefined creates a contract; never in type 4. */
  readonly to: Address | undefined;
  readonly value: bigint;
  readonly data: Uint8Array;
  /** Empty in type 0. */
  readonly accessList: readonly AccessListEntry[];
  /** Empty in all types but 4, where at least one is required. */
  readonly authorizations: readonly SignedAuthorization[];
}

/** A decoded Ethereum transaction. */
export interface EthereumTransaction extends SignedTransaction, EthereumFields {
  readonly type: EthereumType;
  readonly hash: Digest;
  /** What the transaction costs before its first instruction, and at least (kairos T6, EIP-7623). */
  readonly intrinsicGas: bigint;
  readonly yParity: 0 | 1;
  /** r and s, 32 bytes each. */
  readonly signature: Uint8Array;
}

/** Addresses and slots in one access list, together; more than fit into the default `tx.maxBytes`. */
export const maxAccessListEntries = 8_192;
/** Tuples in one transaction; more than fit into the default `tx.maxBytes`. */
export const maxAuthorizations = 2_048;
/** Bytes of the code that creates a contract (EIP-3860). */
export const maxInitCodeBytes = 49_152;
