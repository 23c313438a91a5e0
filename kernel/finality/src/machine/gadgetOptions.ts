import type { Digest } from "@polis/codec";
import type { FinalityChain } from "../seam/chain.ts";
import type { BlockRef, FinalityVote, Justification, VoterSet } from "../seam/types.ts";
import type { VoteSignatures } from "../votes/voteSignatures.ts";

/** The state of a round (kratos-core 7.4). */
export interface RoundProgress {
  /** Voters whose votes are here. */
  readonly prevotes: number;
  readonly precommits: number;
  /** g(prevotes); undefined before a quorum. */
  readonly target: BlockRef | undefined;
  readonly completable: boolean;
}

/** What a gadget is made of. */
export interface GadgetOptions {
  readonly chain: FinalityChain;
  /** The chain's identity, 32 bytes; a fork makes another gadget. */
  readonly chainIdentity: Uint8Array;
  readonly set: VoterSet;
  /** The last final block that the disk holds. */
  readonly finalized: BlockRef;
  /** Its proof, checked before it was stored; undefined for genesis. */
  readonly proof?: Justification | undefined;
  /** The voter of this node; undefined for one that only follows. */
  readonly self?: { readonly account: Digest; readonly secret: Uint8Array } | undefined;
  /**
   * Own votes that the disk holds, of any set: after a crash that lost the end of a set, the votes of the next one are found
   * again when it begins.
   */
  readonly ownVotes: readonly FinalityVote[];
  /** T of kratos-core 7.1, 1,500 on production chains. */
  readonly delayMs: number;
  /** Ed25519 when it is not given. */
  readonly signatures?: VoteSignatures;
}
