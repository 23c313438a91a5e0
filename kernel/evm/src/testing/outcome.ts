import type { Address } from "@polis/codec";
import type { BlockEnv } from "../seam/transaction.ts";

/** A message from an account without code, which two engines run on the same world. */
export interface Message {
  readonly from: Address;
  readonly to: Address | undefined;
  readonly value: bigint;
  readonly data: Uint8Array;
  readonly gasLimit: bigint;
}

/** What one engine says about a message, in words that can be compared. */
export interface Outcome {
  readonly ended: "success" | "revert" | "halt";
  /** Of the transaction before refunds, and what comes back. */
  readonly gasUsed: bigint;
  readonly refund: bigint;
  readonly output: string;
  readonly logs: readonly string[];
  readonly world: readonly string[];
  /** Steps, when they were asked for. */
  readonly steps: readonly StepRecord[];
}

/** The machine before one instruction. */
export interface StepRecord {
  readonly depth: number;
  readonly pc: number;
  readonly op: number;
  readonly gas: bigint;
  readonly stack: readonly bigint[];
  /** Bytes of memory and refund counter; the reference shows them after the instruction has paid. */
  readonly memory: number;
  readonly refund: bigint;
}

/** The block of all comparisons. Blob hashes are absent and the base fee is 0, so that no gas is paid for. */
export const comparedBlock: BlockEnv = {
  chainId: 1n,
  number: 1000n,
  timestampS: 1_700_000_000,
  coinbase: "c".repeat(40) as Address,
  prevRandao: "ab".repeat(32) as BlockEnv["prevRandao"],
  baseFee: 0n,
  gasLimit: 1n << 40n,
  blobBaseFee: 1n,
  blockHash: (number) =>
    number < 1000n && number >= 744n
      ? (number.toString(16).padStart(64, "b") as ReturnType<BlockEnv["blockHash"]>)
      : undefined,
};
