import { compareBytes } from "@polis/codec";
import type { RangeOptions, Row, Store } from "@polis/ports";

/** A store in memory that remembers its batches, so that a test can begin again from any of them. */
export class MemoryStore implements Store {
  readonly batches: (readonly Row[])[] = [];
  readonly #tables = new Map<string, Map<string, Uint8Array>>();

  /** @param batches what was committed before */
  constructor(batches: readonly (readonly Row[])[] = []) {
    for (const batch of batches) void this.commit(batch);
  }

  get(table: string, key: Uint8Array): Uint8Array | undefined {
    return this.#tables.get(table)?.get(key.toHex());
  }

  range(table: string, { from, to, reverse, limit }: RangeOptions) {
    const rows = [...(this.#tables.get(table) ?? [])].map(([key, value]) => [Uint8Array.fromHex(key), value] as const);
    const inside = rows.filter(
      ([key]) => (!from || compareBytes(key, from) >= 0) && (!to || compareBytes(key, to) < 0),
    );
    inside.sort(([a], [b]) => (reverse === true ? compareBytes(b, a) : compareBytes(a, b)));
    return inside.slice(0, limit);
  }

  commit(rows: readonly Row[]): Promise<void> {
    this.batches.push(rows);
    for (const { table, key, value } of rows) {
      const held = this.#tables.get(table) ?? new Map<string, Uint8Array>();
      this.#tables.set(table, held);
      if (value === undefined) held.delete(key.toHex());
      else held.set(key.toHex(), value);
    }
    return Promise.resolve();
  }

  /** Every row, in a form that two stores can be compared by. */
  dump(): readonly string[] {
    const rows = [...this.#tables].flatMap(([table, held]) =>
      [...held].map(([key, value]) => `${table} ${key} ${value.toHex()}`),
    );
    return rows.sort();
  }
}
