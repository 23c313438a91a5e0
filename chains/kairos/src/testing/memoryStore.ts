import { compareBytes } from "@polis/codec";
import type { RangeOptions, Row, Store } from "@polis/ports";

/** A Store in memory for tests: tables of hex keys, ranges sorted on demand. Commits are visible at once. */
export function createMemoryStore(): Store & { readonly rows: number } {
  const tables = new Map<string, Map<string, Uint8Array>>();
  const tableOf = (name: string) => {
    const table = tables.get(name) ?? new Map<string, Uint8Array>();
    tables.set(name, table);
    return table;
  };
  let rows = 0;
  return {
    get rows() {
      return rows;
    },
    get: (table, key) => tableOf(table).get(key.toHex()),
    range(table, { from, to, reverse, limit }: RangeOptions) {
      const found = [...tableOf(table)].map(([key, value]) => [Uint8Array.fromHex(key), value] as const);
      const inside = found.filter(
        ([key]) => (!from || compareBytes(key, from) >= 0) && (!to || compareBytes(key, to) < 0),
      );
      inside.sort(([a], [b]) => (reverse === true ? compareBytes(b, a) : compareBytes(a, b)));
      return inside.slice(0, limit);
    },
    commit(batch: readonly Row[]) {
      for (const { table, key, value } of batch) {
        if (value === undefined) tableOf(table).delete(key.toHex());
        else tableOf(table).set(key.toHex(), value);
      }
      rows += batch.length;
      return Promise.resolve();
    },
  };
}
