import { threshold } from "../seam/types.ts";
import { REMEMBERED_ROUNDS } from "./acceptVote.ts";
import { Round } from "./round.ts";

/** The rounds of one set that are remembered (kratos-core 7.1). */
export class Rounds {
  readonly #voters: number;
  readonly #rounds = new Map<number, Round>();

  /** @param voters of the set */
  constructor(voters: number) {
    this.#voters = voters;
  }

  /** A round, begun when nobody spoke of it yet. */
  of(number: number): Round {
    const known = this.#rounds.get(number);
    if (known !== undefined) return known;
    const round = new Round(number, this.#voters, threshold(this.#voters));
    this.#rounds.set(number, round);
    return round;
  }

  get(number: number): Round | undefined {
    return this.#rounds.get(number);
  }

  newestFirst(): readonly Round[] {
    return [...this.#rounds.values()].sort((a, b) => b.number - a.number);
  }

  /** Drops the rounds in which nobody can vote any more. */
  forget(current: number): void {
    for (const number of this.#rounds.keys()) {
      if (number <= current - REMEMBERED_ROUNDS) this.#rounds.delete(number);
    }
  }
}
