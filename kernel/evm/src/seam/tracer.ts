import type { Address, Digest } from "@polis/codec";
import type { EvmLog } from "./rules.ts";
import type { SubstateReader } from "./substate.ts";
import type { Halt } from "./transaction.ts";

/** Kinds of frames, by the instruction that opened them. */
export type FrameKind = "CALL" | "CALLCODE" | "DELEGATECALL" | "STATICCALL" | "CREATE" | "CREATE2" | "SELFDESTRUCT";

/** A frame that begins. Depth 0 is the transaction's own. `input` may only be read during the callback, or copied. */
export interface FrameStart {
  readonly kind: FrameKind;
  readonly depth: number;
  readonly from: Address;
  /** The address whose code runs; for CREATE the new address. */
  readonly to: Address;
  readonly input: Uint8Array;
  readonly gas: bigint;
  readonly value: bigint;
}

/**
 * A frame that ended. A SELFDESTRUCT is a frame that starts and ends at once. `output` may only be read during the
 * callback, or copied.
 */
export interface FrameEnd {
  readonly depth: number;
  readonly gasUsed: bigint;
  readonly output: Uint8Array;
  readonly halt: Halt | undefined;
}

/** The machine before an instruction. Everything is read on demand and valid only during the callback. */
export interface Step {
  readonly pc: number;
  readonly op: number;
  readonly gas: bigint;
  readonly depth: number;
  readonly refund: bigint;
  readonly address: Address;
  readonly memoryBytes: number;
  readonly stackSize: number;
  /** Word at `fromTop`, 0 is the top. */
  stack(fromTop: number): bigint;
  memory(): Uint8Array;
  returnData(): Uint8Array;
}

/**
 * Watches one execution. An execution with a tracer runs in a second build of the kernel, so that one without pays
 * nothing. Callbacks may read `state` and must not throw.
 */
export interface Tracer {
  onStart?(state: SubstateReader): void;
  /** Before an instruction runs; only a tracer that has it makes the kernel stop at each instruction. */
  onStep?(step: Step): void;
  onEnter?(frame: FrameStart): void;
  onExit?(frame: FrameEnd): void;
  onLog?(log: EvmLog, depth: number): void;
  /** An account or slot is looked at for the first time (access lists, prestate); before the value can change. */
  onAccount?(address: Address): void;
  onSlot?(address: Address, slot: Digest): void;
  /** After the last frame, before fees are settled; `state` shows the end. */
  onEnd?(state: SubstateReader): void;
}
