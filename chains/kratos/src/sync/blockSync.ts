import type { Millis } from "@polis/codec";
import type { SyncEffect, SyncEvent, SyncOptions, SyncProgress } from "./types.ts";

/**
 * Block synchronisation (kratos-core 12.11): whom to ask for which blocks, and what a peer that does not deliver costs. It
 * exchanges statuses, proves heights, downloads ranges and missing ancestors, and asks for justifications on the way.
 */
export class BlockSync {
  constructor(_options: SyncOptions) {
    throw new Error("not written yet");
  }

  /** Applies an event; answers to requests of others are left alone. */
  step(_now: Millis, _event: SyncEvent): readonly SyncEffect[] {
    throw new Error("not written yet");
  }

  /** When a `timer` is due; undefined while nothing is. Look at it after each step. */
  get wakeAt(): Millis | undefined {
    throw new Error("not written yet");
  }

  /** True for a request that this machine made. */
  owns(_id: number): boolean {
    throw new Error("not written yet");
  }

  /** Blocks that peers have proved and this node has not; a producer waits until it is 0 (kratos-core 3.8). */
  get gap(): number {
    throw new Error("not written yet");
  }

  /** The greatest proven height, the head's at least: hint for `ChainTree.import`. */
  get bestKnown(): number {
    throw new Error("not written yet");
  }

  progress(_now: Millis): SyncProgress {
    throw new Error("not written yet");
  }
}
