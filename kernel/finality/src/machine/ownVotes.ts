import type { Epoch } from "@polis/codec";
import type { FinalityVote, VoteType } from "../seam/types.ts";
import { REMEMBERED_ROUNDS } from "./acceptVote.ts";

/** Sets that were left and whose votes are kept. */
const MAX_LEFT = 4;

/**
 * What this node signed: what is in here is never signed again with another target. Also of sets that it left: a chain may
 * bring one back, as a reorganisation does where a set of too few voters was replaced.
 */
export class OwnVotes {
  readonly #onDisk: readonly FinalityVote[];
  readonly #left = new Map<Epoch, readonly FinalityVote[]>();
  #set: Epoch | undefined;
  #votes = new Map<string, FinalityVote>();

  /** @param onDisk of any set; may grow, because it is read when a set begins */
  constructor(onDisk: readonly FinalityVote[]) {
    this.#onDisk = onDisk;
  }

  /** Turns to a set. @returns what was signed in it, in any order */
  enter(set: Epoch): readonly FinalityVote[] {
    if (this.#set !== undefined) this.#leave(this.#set);
    this.#set = set;
    const known = [...this.#onDisk.filter((vote) => vote.set === set), ...(this.#left.get(set) ?? [])];
    this.#votes = new Map(known.map((vote) => [keyOf(vote.round, vote.type), vote]));
    return [...this.#votes.values()];
  }

  of(round: number, type: VoteType): FinalityVote | undefined {
    return this.#votes.get(keyOf(round, type));
  }

  /** The votes of a round, the prevote first. */
  in(round: number): readonly FinalityVote[] {
    return [this.of(round, "prevote"), this.of(round, "precommit")].filter((vote) => vote !== undefined);
  }

  add(vote: FinalityVote): void {
    this.#votes.set(keyOf(vote.round, vote.type), vote);
  }

  /** Forgets votes of rounds in which nobody can vote any more. */
  prune(current: number): void {
    for (const [key, { round }] of this.#votes) if (round <= current - REMEMBERED_ROUNDS) this.#votes.delete(key);
  }

  #leave(set: Epoch): void {
    this.#left.delete(set);
    this.#left.set(set, [...this.#votes.values()]);
    for (const id of this.#left.keys()) {
      if (this.#left.size <= MAX_LEFT) return;
      this.#left.delete(id);
    }
  }
}

function keyOf(round: number, type: VoteType): string {
  return `${round} ${type}`;
}
