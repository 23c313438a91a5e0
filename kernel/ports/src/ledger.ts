import type { Digest, Epoch, Height, Millis, Result, ValidatorIndex, View } from "@polis/codec";
import type { Row } from "./store.ts";

/** What the consensus protocol needs to know of a block, recomputed from its bytes (kairos K4). */
export interface BlockInfo {
  readonly digest: Digest;
  readonly height: Height;
  readonly parentDigest: Digest;
  readonly epoch: Epoch;
  readonly view: View;
  readonly parentView: View;
  readonly timeMs: Millis;
  /** 96 bytes with `randomness = "seed"` (kairos 5.2), else undefined. */
  readonly prevSeed: Uint8Array | undefined;
  /** How many transactions are in the block, for observers only; absent when only its header was read. */
  readonly transactions?: number;
}

/** What a leader's ledger is asked to build: a block of `view` on an executed parent (kairos R7). */
export interface BuildRequest {
  readonly view: View;
  readonly leader: ValidatorIndex;
  readonly parentDigest: Digest;
  readonly parentView: View;
  readonly timeMs: Millis;
  readonly prevSeed: Uint8Array | undefined;
}

/** The answer to a BuildRequest; the block counts as executed. */
export interface BuiltBlock {
  readonly block: Uint8Array;
  readonly info: BlockInfo;
  /** Number of transactions; 0 means an empty block. */
  readonly transactions: number;
}

/**
 * A chain as its consensus sees it. Synchronous, so that the same code runs in a node and in the simulator. Executed
 * blocks live in overlays keyed by block digest (kairos R29) until they are finalized or abandoned.
 */
export interface Ledger {
  /** Decodes within all limits (kairos B1) and recomputes the digest. Total on peer input; executes nothing. */
  inspect(block: Uint8Array): Result<BlockInfo>;
  /** Applies all block rules but B5 (kairos 5.4). The parent must be executed. Idempotent by digest. */
  execute(block: Uint8Array, leader: ValidatorIndex): Result<BlockInfo>;
  /** Builds on an executed parent and keeps the result as executed: producing and importing are one code path. */
  build(request: BuildRequest): BuiltBlock;
  isExecuted(digest: Digest): boolean;
  /**
   * Promotes the overlay of the next finalized block and returns the rows that make it durable, for one atomic commit
   * (kairos S4). Overlays that do not descend from it are dropped. Calls come in height order.
   */
  finalize(digest: Digest): readonly Row[];
  /** True when the pool holds a transaction that could be in the next block (kairos R8, R14). */
  hasExecutable(): boolean;
  /** The state root after an executed or finalized block, for checkers and observers. */
  stateRoot(digest: Digest): Digest | undefined;
}

/** Finalized blocks and their certificates, for answering peers. Synchronous index reads (kairos S6). */
export interface Archive {
  blockByDigest(digest: Digest): Uint8Array | undefined;
  blockByHeight(height: Height): Uint8Array | undefined;
  /** Encoded finalization of the nearest directly finalized block at or above `height` (table `finality`). */
  finalizationAt(height: Height): Uint8Array | undefined;
}
