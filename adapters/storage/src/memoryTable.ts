import { keyText } from "./keyText.ts";
import type { Change, TextRange } from "./range.ts";

/** An ordered table in memory: a map, and its sorted keys, brought up to date when a range is read. */
export class MemoryTable {
  readonly #rows = new Map<string, Uint8Array>();
  #sorted: string[] = [];
  #added: string[] = [];
  #removed = false;

  get size(): number {
    return this.#rows.size;
  }

  /** The same rows; values are shared, because nobody changes them in place. */
  copy(): MemoryTable {
    const table = new MemoryTable();
    for (const [key, value] of this.#rows) {
      table.#rows.set(key, value);
      table.#added.push(key);
    }
    return table;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#rows.get(keyText(key));
  }

  /** Sets a row, or deletes it when the value is missing. */
  set(key: Uint8Array, value: Uint8Array | undefined): void {
    const text = keyText(key);
    if (value === undefined) {
      if (this.#rows.delete(text)) this.#removed = true;
      return;
    }
    if (!this.#rows.has(text)) this.#added.push(text);
    this.#rows.set(text, value);
  }

  /** @returns up to `limit` rows of a range, in its order. */
  rows(range: TextRange, reverse: boolean, limit: number): readonly Change[] {
    this.#sort();
    const low = firstAtOrAbove(this.#sorted, range.from);
    const high = range.to === undefined ? this.#sorted.length : firstAtOrAbove(this.#sorted, range.to);
    const keys = reverse
      ? this.#sorted.slice(Math.max(low, high - limit), Math.max(low, high)).reverse()
      : this.#sorted.slice(low, Math.min(high, low + limit));
    return keys.map((key) => [key, this.#rows.get(key)] as const);
  }

  #sort(): void {
    if (this.#added.length === 0 && !this.#removed) return;
    // A key that was removed and set again is in both lists: the set keeps it once.
    const all = [...new Set([...this.#sorted, ...this.#added])].filter((key) => this.#rows.has(key));
    this.#sorted = all.sort((a, b) => (a < b ? -1 : 1));
    this.#added = [];
    this.#removed = false;
  }
}

function firstAtOrAbove(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
