import { compareBytes } from "@polis/codec";
import type { RangeOptions, Row, Store } from "@polis/ports";

/** A Store in memory for tests and benchmarks: hex keys in a Map, sorted when a range is asked for. */
export class MemoryStore implements Store {
  readonly #tables = new Map<string, Map<string, Uint8Array>>();

  get(table: string, key: Uint8Array): Uint8Array | undefined {
    return this.#tables.get(table)?.get(key.toHex());
  }

  *range(table: string, options: RangeOptions): Iterable<readonly [key: Uint8Array, value: Uint8Array]> {
    const rows = [...(this.#tables.get(table) ?? [])]
      .map(([hex, value]) => [Uint8Array.fromHex(hex), value] as const)
      .filter(([key]) => options.from === undefined || compareBytes(key, options.from) >= 0)
      .filter(([key]) => options.to === undefined || compareBytes(key, options.to) < 0)
      .sort(([a], [b]) => (options.reverse === true ? compareBytes(b, a) : compareBytes(a, b)));
    yield* rows.slice(0, options.limit);
  }

  commit(rows: readonly Row[]): Promise<void> {
    for (const { table, key, value } of rows) {
      let held = this.#tables.get(table);
      if (held === undefined) {
        held = new Map();
        this.#tables.set(table, held);
      }
      if (value === undefined) held.delete(key.toHex());
      else held.set(key.toHex(), value);
    }
    return Promise.resolve();
  }

  /** Number of rows of a table. */
  count(table: string): number {
    return this.#tables.get(table)?.size ?? 0;
  }
}
