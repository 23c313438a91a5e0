import type { RangeOptions, Row, Store } from "@polis/ports";

interface Table {
  readonly keys: string[];
  readonly values: Map<string, Uint8Array>;
}

/** A Store in memory with sorted keys. `commit` is durable at once. */
export class MemoryStore implements Store {
  readonly #tables = new Map<string, Table>();

  get(table: string, key: Uint8Array): Uint8Array | undefined {
    return this.#tables.get(table)?.values.get(key.toHex());
  }

  *range(table: string, options: RangeOptions): Iterable<readonly [Uint8Array, Uint8Array]> {
    const held = this.#tables.get(table);
    if (held === undefined) return;
    const start = options.from === undefined ? 0 : place(held.keys, options.from.toHex());
    const end = options.to === undefined ? held.keys.length : place(held.keys, options.to.toHex());
    const keys = held.keys.slice(start, Math.max(start, end));
    if (options.reverse) keys.reverse();
    for (const key of keys.slice(0, options.limit)) yield [Uint8Array.fromHex(key), held.values.get(key)!];
  }

  commit(rows: readonly Row[]): Promise<void> {
    for (const { table, key, value } of rows) this.#put(table, key.toHex(), value);
    return Promise.resolve();
  }

  /** Rows in a table. */
  size(table: string): number {
    return this.#tables.get(table)?.keys.length ?? 0;
  }

  #put(name: string, key: string, value: Uint8Array | undefined): void {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = { keys: [], values: new Map() };
      this.#tables.set(name, table);
    }
    const at = place(table.keys, key);
    const exists = table.keys[at] === key;
    if (value === undefined) {
      if (exists) table.keys.splice(at, 1);
      table.values.delete(key);
      return;
    }
    if (!exists) table.keys.splice(at, 0, key);
    table.values.set(key, value);
  }
}

/** Index of the first key at or after `key`. */
function place(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (keys[mid]! < key) low = mid + 1;
    else high = mid;
  }
  return low;
}
