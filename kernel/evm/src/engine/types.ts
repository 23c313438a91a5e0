import type { Address, Digest } from "@polis/codec";
import type { StateReader } from "@polis/state";
import type { Committed, StateWriter } from "../seam/evm.ts";
import type { EvmLog } from "../seam/rules.ts";
import type { SubstateReader } from "../seam/substate.ts";
import type { Tracer } from "../seam/tracer.ts";
import type { BlockEnv, Halt } from "../seam/transaction.ts";

/** The message of frame 0. For a creation `to` is undefined, `input` is init code, and the caller has raised the nonce. */
export interface Message {
  readonly from: Address;
  readonly to: Address | undefined;
  /** Nonce that the new address is derived from: the sender's before it was raised. Unused for calls. */
  readonly createNonce: bigint;
  readonly value: bigint;
  readonly input: Uint8Array;
  readonly gas: bigint;
  readonly isStatic: boolean;
}

/** How frame 0 ended. */
export interface MessageResult {
  readonly success: boolean;
  readonly halt: Halt | undefined;
  readonly gasLeft: bigint;
  /** The refund counter, before any cap. 0 when the frame failed, apart from `Engine.addRefund`. */
  readonly refund: bigint;
  /** What it returned or reverted with; the deployed code of a creation. */
  readonly output: Uint8Array;
  readonly created: Address | undefined;
}

/**
 * The kernel of one EVM as TypeScript sees it: the tables of one transaction and its frames. Errors thrown by the
 * state reader or by a broken invariant pass through every method; the next `begin` recovers.
 */
export interface Engine extends SubstateReader {
  /** Starts a transaction: forgets the tables of the one before. */
  begin(
    state: StateReader,
    env: BlockEnv,
    origin: Address,
    gasPrice: bigint,
    blobHashes: readonly Digest[],
    tracer: Tracer | undefined,
  ): void;
  /** Changes a balance and marks the account as touched (EIP-161). Asserts that the result is in 0..2^256-1. */
  addBalance(address: Address, delta: bigint): void;
  setNonce(address: Address, nonce: bigint): void;
  /** For EIP-7702 designators; empty code removes them. */
  setCode(address: Address, code: Uint8Array): void;
  /** EIP-161: nonce 0, balance 0, no code. */
  isEmpty(address: Address): boolean;
  /** EIP-7610: the account had storage before this transaction. */
  hasStorage(address: Address): boolean;
  /** Marks as accessed (EIP-2929). */
  warmAccount(address: Address): void;
  /** Marks the account that this one delegates to (EIP-7702), if it does. */
  warmDelegate(address: Address): void;
  warmSlot(address: Address, slot: Digest): void;
  addRefund(delta: bigint): void;
  /** Opens frame 0 and runs to its end. */
  run(message: Message): MessageResult;
  logs(): readonly EvmLog[];
  commit(writer: StateWriter): Committed;
}
