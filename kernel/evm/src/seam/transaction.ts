import type { Address, Digest } from "@polis/codec";
import type { EvmLog } from "./rules.ts";

/** The block around a transaction (kairos E2). */
export interface BlockEnv {
  readonly chainId: bigint;
  readonly number: bigint;
  readonly timestampS: number;
  readonly coinbase: Address;
  readonly prevRandao: Digest;
  /** Per gas. */
  readonly baseFee: bigint;
  readonly gasLimit: bigint;
  readonly blobBaseFee: bigint;
  /** Hash of one of the 256 blocks before this one; undefined otherwise. */
  blockHash(number: bigint): Digest | undefined;
}

/** A signed EIP-7702 tuple. The authority is recovered before execution; undefined when the signature is invalid. */
export interface Authorization {
  /** 0 for any chain. */
  readonly chainId: bigint;
  readonly address: Address;
  readonly nonce: bigint;
  readonly authority: Address | undefined;
}

/** Addresses and slots that start warm (EIP-2930). */
export interface AccessListEntry {
  readonly address: Address;
  readonly slots: readonly Digest[];
}

/** A transaction as the EVM executes it: sender known, prices resolved against the base fee. */
export interface EvmTransaction {
  readonly from: Address;
  /** Undefined creates a contract from `data`. */
  readonly to: Address | undefined;
  readonly nonce: bigint;
  readonly gasLimit: bigint;
  /** What is paid per gas: base fee and tip. */
  readonly gasPrice: bigint;
  /** What the sender must be able to pay per gas (T8). */
  readonly maxFeePerGas: bigint;
  readonly value: bigint;
  readonly data: Uint8Array;
  readonly accessList: readonly AccessListEntry[];
  /** Type 4 only: at least one. */
  readonly authorizations?: readonly Authorization[];
  /** Versioned hashes of a blob transaction; Kairos has none, the public tests do. */
  readonly blobHashes?: readonly Digest[];
}

/** Checks that `eth_call` and its relatives leave out. */
export interface Leniency {
  /** No nonce, sender code or balance-for-gas check, and gas is not paid for: a simulated call. */
  readonly simulated?: boolean;
  /** No check that the sender has no code (EIP-3607): accounts that a development chain speaks for. */
  readonly anySender?: boolean;
}

/** Why a transaction is not valid at its position: nothing has changed (T4-T8). */
export type Invalid =
  | { readonly why: "nonceTooLow" | "nonceTooHigh" | "nonceOverflow"; readonly expected: bigint }
  | { readonly why: "senderHasCode" }
  | { readonly why: "insufficientFunds"; readonly have: bigint; readonly want: bigint }
  | { readonly why: "intrinsicGas"; readonly want: bigint }
  | { readonly why: "gasLimitTooHigh"; readonly max: bigint }
  | { readonly why: "initCodeTooLarge" }
  | { readonly why: "noAuthorizations" };

/** How a frame ended that did not succeed. */
export type Halt =
  | "revert"
  | "outOfGas"
  | "invalidOpcode"
  | "stackUnderflow"
  | "stackOverflow"
  | "invalidJump"
  | "staticWrite"
  | "returnDataOutOfBounds"
  | "depth"
  | "insufficientBalance"
  | "codeTooLarge"
  | "codeStartsWithEF"
  | "addressCollision"
  | "nonceOverflow"
  | "precompile";

/** What an executed transaction left. Its changes are still inside the EVM until `commit`. */
export interface Execution {
  readonly status: 0 | 1;
  /** After refunds and the calldata floor (EIP-3529, EIP-7623). */
  readonly gasUsed: bigint;
  /** Before refunds: what the transaction must be given to run (for estimates). */
  readonly gasSpent: bigint;
  readonly gasRefunded: bigint;
  readonly output: Uint8Array;
  readonly logs: readonly EvmLog[];
  readonly created: Address | undefined;
  readonly halt: Halt | undefined;
}
