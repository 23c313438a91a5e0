import type { Millis } from "@polis/codec";
import { type Judgement, judgeRound } from "../rounds/judgeRound.ts";
import { VoteSet } from "../rounds/voteSet.ts";
import type { FinalityChain } from "../seam/chain.ts";
import type { BlockRef, FinalityVote, VoteType } from "../seam/types.ts";

/** The votes of one round, and what they say. */
export class Round {
  readonly number: number;
  readonly prevotes: VoteSet;
  readonly precommits: VoteSet;
  /** When this node began it; undefined for a round that it only heard of. */
  startedAt: Millis | undefined;
  #judgement: Judgement | undefined;

  constructor(number: number, voters: number, quorum: number) {
    this.number = number;
    this.prevotes = new VoteSet(voters, quorum);
    this.precommits = new VoteSet(voters, quorum);
  }

  votes(type: VoteType): VoteSet {
    return type === "prevote" ? this.prevotes : this.precommits;
  }

  /** Prevotes first. */
  allVotes(): readonly FinalityVote[] {
    return [...this.prevotes.votes(), ...this.precommits.votes()];
  }

  add(vote: FinalityVote): ReturnType<VoteSet["add"]> {
    const added = this.votes(vote.type).add(vote);
    if (added !== "known") this.#judgement = undefined;
    return added;
  }

  /** What the votes say now; computed when votes came since. */
  judge(chain: FinalityChain, base: BlockRef): Judgement {
    this.#judgement ??= judgeRound(this.prevotes, this.precommits, chain, base);
    return this.#judgement;
  }
}
