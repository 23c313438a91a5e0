import type { Header } from "../block/header.ts";

/** Blocks of one author for one slot that are kept: two are evidence of double signing (kratos-core 8.3), more are a flood. */
const MAX_RIVALS = 2;

type Place = Pick<Header, "slot" | "author">;

/** How many blocks of the tree each author made for each slot: an honest one makes one. */
export class Rivals {
  readonly #counts = new Map<string, number>();

  /** True when the author has made so many blocks for the slot that another one is worth nothing by itself. */
  isFull(header: Place): boolean {
    return this.#count(header) >= MAX_RIVALS;
  }

  add(header: Place): void {
    this.#counts.set(nameOf(header), this.#count(header) + 1);
  }

  remove(header: Place): void {
    const rest = this.#count(header) - 1;
    if (rest > 0) this.#counts.set(nameOf(header), rest);
    else this.#counts.delete(nameOf(header));
  }

  #count(header: Place): number {
    return this.#counts.get(nameOf(header)) ?? 0;
  }
}

function nameOf({ slot, author }: Place): string {
  return `${slot} ${author}`;
}
