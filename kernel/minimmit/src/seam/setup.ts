import type { Digest, Epoch, Height, Millis, Result, View } from "@polis/codec";
import type { Certificate, VoteScheme, VoteSigner } from "@polis/crypto";
import type { Archive, BlockInfo } from "@polis/ports";
import type { JournalRecord } from "./effects.ts";

/** Parameters of one replica (kairos 18.2), checked for their relations at construction. */
export interface ReplicaConfig {
  readonly epoch: Epoch;
  readonly genesis: BlockInfo;
  readonly leaderMode: "round-robin" | "random";
  readonly randomness: "hash" | "seed";
  /** T0 (R14). */
  readonly viewTimeoutMs: Millis;
  readonly maxViewTimeoutMs: Millis;
  readonly minBlockIntervalMs: Millis;
  /** At most half of `viewTimeoutMs` (R14). */
  readonly emptyBlockIntervalMs: Millis;
  /** k (R4). */
  readonly maxViewLead: number;
  /** W (R31). */
  readonly futureWindow: number;
  /** R15; 0 disables. */
  readonly skipInactiveViews: number;
  readonly maxClockDriftFutureMs: Millis;
  readonly maxClockDriftPastMs: Millis;
}

/** What a replica is given: pure functions and synchronous reads, no way to act on the world. */
export interface ReplicaDeps {
  readonly scheme: VoteScheme;
  /** Absent for a follower: it verifies and finalizes, and never votes. */
  readonly keys: VoteSigner | undefined;
  /** Recomputes digest and header fields of a block from its bytes; total on peer input. */
  readonly inspect: (block: Uint8Array) => Result<BlockInfo>;
  /**
   * Whether the body is the one that the header, and so the digest, commits to (K4, testing Z5). Asked before a body is
   * held; absent where the digest covers all bytes of a block.
   */
  readonly isWhole?: (block: Uint8Array) => boolean;
  readonly archive: Archive;
  /** The wall clock, for block times only (R7, B5). */
  readonly wallMs: () => Millis;
  /** 32 fresh bytes for status nonces and jitter; from the world's randomness, from the seed in the simulator. */
  readonly randomBytes32: () => Uint8Array;
}

/** What storage holds at start (R26), or a fresh start. */
export interface Restored {
  /** "held": the journal belongs to this key and network. "fresh": the key is known never to have signed. "lost": R27. */
  readonly journal: "held" | "fresh" | "lost";
  readonly records: readonly JournalRecord[];
  /** Set by R27 earlier: no vote below. */
  readonly safeView: View | undefined;
  readonly lastFinalized: {
    readonly height: Height;
    readonly view: View;
    readonly digest: Digest;
    readonly info: BlockInfo;
  };
  /** The finalization of lastFinalized; absent at genesis. */
  readonly finalization: Certificate | undefined;
  /** Stored proofs of views at or above lastFinalized.view. */
  readonly proofs: readonly Certificate[];
  /** Stored bodies above the last finalized block; not executed yet. */
  readonly blocks: readonly { readonly digest: Digest; readonly block: Uint8Array }[];
}
