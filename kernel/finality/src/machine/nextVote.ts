import { descendsFrom } from "../rounds/ancestry.ts";
import type { Judgement } from "../rounds/judgeRound.ts";
import type { FinalityChain } from "../seam/chain.ts";
import type { BlockRef, FinalityVote, VoterSet } from "../seam/types.ts";
import type { OwnVotes } from "./ownVotes.ts";

/** What a voter knows of a round that it is in. */
export interface RoundView {
  readonly round: number;
  readonly set: VoterSet;
  /** What its votes must contain. */
  readonly lock: BlockRef;
  readonly judgement: Pick<Judgement, "ghost" | "completable">;
  /** Since it began the round. */
  readonly waitedMs: number;
  /** T of kratos-core 7.1. */
  readonly delayMs: number;
}

/**
 * What a voter may vote now (kratos-core 7.5 (2, 3)): the head of its best chain when two delay units are over, and when four
 * are, what the prevotes support; both sooner in a round that is decided. Undefined when it has to wait, or has voted.
 */
export function nextVote(
  chain: FinalityChain,
  own: Pick<OwnVotes, "of">,
  { round, set, lock, judgement: { ghost, completable }, waitedMs, delayMs }: RoundView,
): Pick<FinalityVote, "type" | "target"> | undefined {
  if (own.of(round, "prevote") === undefined && (waitedMs >= 2 * delayMs || completable)) {
    const head = chain.bestContaining(lock) ?? lock;
    return { type: "prevote", target: chain.cut(head, set) };
  }
  const mayPrecommit = ghost !== undefined && descendsFrom(chain, ghost, lock);
  const hasPrecommitted = own.of(round, "precommit") !== undefined;
  if (hasPrecommitted || !mayPrecommit || !(waitedMs >= 4 * delayMs || completable)) return undefined;
  return { type: "precommit", target: ghost };
}
