interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** Bytes as a text whose code units are the bytes: its order is the byte order of the keys. */
export function keyText(key: Uint8Array): string {
  return String.fromCharCode.apply(null, key as unknown as number[]);
}

/** One ordered table in memory. */
export class SortedTable {
  readonly #entries = new Map<string, Entry>();
  readonly #order: string[] = [];

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#entries.get(keyText(key))?.value;
  }

  /** Sets or, with an undefined value, deletes a row; returns the value that was there. */
  put(key: Uint8Array, value: Uint8Array | undefined): Uint8Array | undefined {
    const text = keyText(key);
    const old = this.#entries.get(text);
    if (value === undefined) {
      if (old === undefined) return undefined;
      this.#entries.delete(text);
      this.#order.splice(this.#position(text), 1);
      return old.value;
    }
    if (old === undefined) {
      const last = this.#order[this.#order.length - 1];
      if (last === undefined || last < text) this.#order.push(text);
      else this.#order.splice(this.#position(text), 0, text);
    }
    this.#entries.set(text, { key, value });
    return old?.value;
  }

  /** Rows with from <= key < to in byte order or its reverse, at most `limit`. */
  range(from: Uint8Array | undefined, to: Uint8Array | undefined, reverse: boolean, limit: number): Entry[] {
    const start = from === undefined ? 0 : this.#position(keyText(from));
    const end = to === undefined ? this.#order.length : this.#position(keyText(to));
    const found: Entry[] = [];
    for (let i = 0; i < end - start && found.length < limit; i++) {
      found.push(this.#entries.get(this.#order[reverse ? end - 1 - i : start + i]!)!);
    }
    return found;
  }

  get size(): number {
    return this.#order.length;
  }

  /** The first position whose key is not below `text`. */
  #position(text: string): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#order[middle]! < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
