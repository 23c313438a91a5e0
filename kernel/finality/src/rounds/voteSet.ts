import type { Digest } from "@polis/codec";
import type { BlockRef, EquivocationProof, FinalityVote } from "../seam/types.ts";

/** A block that votes name, with how many voters name it. */
export interface Target {
  readonly block: BlockRef;
  readonly count: number;
}

/** What a vote did to a set: nothing new, a new vote, or a second one that contradicts the first. */
export type Added = "known" | "new" | EquivocationProof;

/** The prevotes or the precommits of one round (kratos-core 7.4). At most two votes of a voter are kept. */
export class VoteSet {
  readonly n: number;
  readonly quorum: number;
  readonly #first = new Map<Digest, FinalityVote>();
  readonly #second = new Map<Digest, FinalityVote>();
  readonly #targets = new Map<Digest, { block: BlockRef; count: number }>();

  /** @param quorum `threshold(n)` */
  constructor(n: number, quorum: number) {
    this.n = n;
    this.quorum = quorum;
  }

  /** Adds a vote whose voter, signature, type and round are checked. */
  add(vote: FinalityVote): Added {
    const first = this.#first.get(vote.voter);
    if (first === undefined) {
      this.#first.set(vote.voter, vote);
      const target = this.#targets.get(vote.target.hash);
      if (target === undefined) this.#targets.set(vote.target.hash, { block: vote.target, count: 1 });
      else target.count++;
      return "new";
    }
    if (sameTarget(first, vote) || this.#second.has(vote.voter)) return "known";
    this.#second.set(vote.voter, vote);
    const target = this.#targets.get(first.target.hash)!;
    if (--target.count === 0) this.#targets.delete(first.target.hash);
    return { first, second: vote };
  }

  /** Voters seen, equivocators included. */
  get seen(): number {
    return this.#first.size;
  }

  /** Voters that equivocated: they count for every block. */
  get equivocators(): number {
    return this.#second.size;
  }

  /** Voters that may still equivocate without breaking the assumption that at most f = n - q do. */
  get sparePower(): number {
    return Math.max(0, this.n - this.quorum - this.equivocators);
  }

  /** True for a vote that is here already: what is heard many times need not be checked again. */
  holds(vote: FinalityVote): boolean {
    const { voter } = vote;
    return [this.#first.get(voter), this.#second.get(voter)].some((held) => held?.target.hash === vote.target.hash);
  }

  hasHeard(voter: Digest): boolean {
    return this.#first.has(voter);
  }

  /** The targets of voters that did not equivocate, highest first, ties by hash. */
  targets(): readonly Target[] {
    return [...this.#targets.values()].sort(
      (a, b) => b.block.number - a.block.number || (a.block.hash < b.block.hash ? -1 : 1),
    );
  }

  /** All votes, each voter's first one before any second one, by voter. */
  votes(): readonly FinalityVote[] {
    return [...byVoter(this.#first), ...byVoter(this.#second)];
  }
}

function sameTarget(a: FinalityVote, b: FinalityVote): boolean {
  return a.target.hash === b.target.hash && a.target.number === b.target.number;
}

function byVoter(votes: ReadonlyMap<Digest, FinalityVote>): FinalityVote[] {
  return [...votes.values()].sort((a, b) => (a.voter < b.voter ? -1 : 1));
}
