import type { TraceChunk, TracedBlock } from "@polis/simulator";

/** A column of whole numbers that grows. */
export class Column<T extends Uint8Array | Uint16Array | Uint32Array> {
  #data: T;
  length = 0;

  constructor(data: T) {
    this.#data = data;
  }

  /** The value in a row; rows beyond the end read as 0. */
  at(row: number): number {
    return this.#data[row] ?? 0;
  }

  /** Adds rows at the end. */
  push(more: T): void {
    if (this.length + more.length > this.#data.length) {
      const Kind = this.#data.constructor as new (length: number) => T;
      const grown = new Kind(Math.max(4096, 2 * (this.length + more.length)));
      grown.set(this.#data.subarray(0, this.length));
      this.#data = grown;
    }
    this.#data.set(more, this.length);
    this.length += more.length;
  }

  /** The first row whose value is at least `value`, in a column that never falls. */
  firstFrom(value: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const small = () => new Column(new Uint8Array(0));
const middle = () => new Column(new Uint16Array(0));
const large = () => new Column(new Uint32Array(0));

/** A whole run as it has come so far; its size is bounded by the recorder. */
export class Recording {
  readonly flights = {
    sentUs: large(),
    arrivesUs: large(),
    from: small(),
    to: small(),
    kind: small(),
    view: large(),
    block: middle(),
  };
  readonly marks = { atUs: large(), node: small(), kind: small(), view: large(), block: middle(), arg: large() };
  /** Block 0 is none. */
  readonly blocks: TracedBlock[] = [{ digest: "", view: 0 }];
  /** Which of the blocks of its view this one is: 0 for the first that was heard of. */
  readonly rank: number[] = [0];
  readonly #perView = new Map<number, number>();

  /** Adds the next stretch. */
  append({ flights, marks, blocks }: TraceChunk): void {
    for (const key of Object.keys(this.flights) as (keyof typeof flights)[]) {
      (this.flights[key] as Column<Uint32Array>).push(flights[key] as unknown as Uint32Array);
    }
    for (const key of Object.keys(this.marks) as (keyof typeof marks)[]) {
      (this.marks[key] as Column<Uint32Array>).push(marks[key] as unknown as Uint32Array);
    }
    for (const block of blocks) {
      const rank = this.#perView.get(block.view) ?? 0;
      this.#perView.set(block.view, rank + 1);
      this.blocks.push(block);
      this.rank.push(rank);
    }
  }
}
