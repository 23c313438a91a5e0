import type { Digest } from "@polis/codec";
import type { FinalityPeer } from "../seam/events.ts";
import type { FinalityVote, Justification } from "../seam/types.ts";

/** Votes of one voter that wait for their blocks: an honest one has two in each of the few rounds that are open. */
const MAX_VOTES_EACH = 16;
const MAX_JUSTIFICATIONS = 16;

/** A vote with who brought it. */
export interface WaitingVote {
  readonly from: FinalityPeer;
  readonly vote: FinalityVote;
}

/** A justification with who brought it. */
export interface WaitingJustification {
  readonly from: FinalityPeer;
  readonly justification: Justification;
}

/**
 * What is valid and names a block that is not imported yet. The oldest leave when there is no room; every voter has its own, so
 * that one who votes for blocks that do not exist displaces nobody. At most 1,616 votes, of the 101 voters of a set.
 */
export class Waiting {
  readonly #votes = new Map<Digest, WaitingVote[]>();
  #justifications: WaitingJustification[] = [];

  addVote(from: FinalityPeer, vote: FinalityVote): void {
    const known = this.#votes.get(vote.voter);
    if (known === undefined) {
      this.#votes.set(vote.voter, [{ from, vote }]);
      return;
    }
    if (known.some((other) => isSame(other.vote, vote))) return;
    if (known.length >= MAX_VOTES_EACH) known.shift();
    known.push({ from, vote });
  }

  addJustification(from: FinalityPeer, justification: Justification): void {
    if (this.#justifications.length >= MAX_JUSTIFICATIONS) this.#justifications.shift();
    this.#justifications.push({ from, justification });
  }

  /** True for a vote that waits already: its signature needs not be checked again. */
  hasVote(vote: FinalityVote): boolean {
    return this.#votes.get(vote.voter)?.some((other) => isSame(other.vote, vote)) === true;
  }

  /** All votes, by voter; those whose block is still missing come back by `addVote`. */
  takeVotes(): readonly WaitingVote[] {
    const votes = [...this.#votes.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, own]) => own);
    this.#votes.clear();
    return votes;
  }

  takeJustifications(): readonly WaitingJustification[] {
    const justifications = this.#justifications;
    this.#justifications = [];
    return justifications;
  }
}

function isSame(a: FinalityVote, b: FinalityVote): boolean {
  return a.type === b.type && a.round === b.round && a.set === b.set && a.target.hash === b.target.hash;
}
