import type { Digest, Epoch, Height } from "@polis/codec";

/** A block by its number and hash. */
export interface BlockRef {
  readonly number: Height;
  readonly hash: Digest;
}

/** Tags of kratos-core 7.3. */
export type VoteType = "prevote" | "precommit";

/** A signed vote (kratos-core 7.3). */
export interface FinalityVote {
  readonly type: VoteType;
  readonly target: BlockRef;
  /** From 1. */
  readonly round: number;
  /** The voter set: the epoch that opened it. */
  readonly set: Epoch;
  /** AccountId: the Ed25519 public key, 32 bytes as hex. */
  readonly voter: Digest;
  readonly signature: Uint8Array;
}

/** Who votes, from which block on (kratos-core 7.2). */
export interface VoterSet {
  /** The epoch that opened it. */
  readonly id: Epoch;
  /** AccountIds in ascending order, no two alike. */
  readonly voters: readonly Digest[];
  /** Final already: genesis, or the handoff block of the set before. */
  readonly base: BlockRef;
}

/** A precommit as a justification carries it. */
export interface Precommit {
  readonly target: BlockRef;
  readonly validator: Digest;
  readonly signature: Uint8Array;
}

/** Proof that a block is final (kratos-core 7.6). */
export interface Justification {
  readonly block: BlockRef;
  readonly round: number;
  readonly set: Epoch;
  readonly precommits: readonly Precommit[];
  /** Headers that link each target above the block down to it, as the chain encodes them. */
  readonly ancestry: readonly Uint8Array[];
}

/** Two votes of one voter in one round that contradict each other (kratos-core 7.7). */
export interface EquivocationProof {
  readonly first: FinalityVote;
  readonly second: FinalityVote;
}

/** Strictly more than two thirds of n voters: ⌊2n/3⌋ + 1 (kratos-core 7.1). */
export function threshold(n: number): number {
  return (2 * n - ((2 * n) % 3)) / 3 + 1;
}
