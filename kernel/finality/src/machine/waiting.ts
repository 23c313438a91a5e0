import type { FinalityPeer } from "../seam/events.ts";
import type { FinalityVote, Justification } from "../seam/types.ts";

/** Votes that wait for their block, all signed by voters (kratos-core 7.1). */
const MAX_VOTES = 1_000;
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

/** What is valid and names a block that is not imported yet. The oldest leave when there is no room. */
export class Waiting {
  #votes: WaitingVote[] = [];
  #justifications: WaitingJustification[] = [];

  addVote(from: FinalityPeer, vote: FinalityVote): void {
    if (this.#votes.length >= MAX_VOTES) this.#votes.shift();
    this.#votes.push({ from, vote });
  }

  addJustification(from: FinalityPeer, justification: Justification): void {
    if (this.#justifications.length >= MAX_JUSTIFICATIONS) this.#justifications.shift();
    this.#justifications.push({ from, justification });
  }

  /** All votes; those whose block is still missing come back by `addVote`. */
  takeVotes(): readonly WaitingVote[] {
    const votes = this.#votes;
    this.#votes = [];
    return votes;
  }

  takeJustifications(): readonly WaitingJustification[] {
    const justifications = this.#justifications;
    this.#justifications = [];
    return justifications;
  }
}
