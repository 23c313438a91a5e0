import type { RangeOptions, Row } from "@polis/ports";
import { checkRows } from "./checkRows.ts";
import { StorageError } from "./errors.ts";
import { judgeFreeSpace } from "./freeSpace.ts";
import { MemoryTable } from "./memoryTable.ts";
import { META_TABLE } from "./meta.ts";
import { mergeRange, textRange } from "./range.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Storage } from "./types.ts";

/**
 * A Storage in memory, for one-process networks and tests: same contract, nothing survives the process.
 * @example createMemoryStorage({ tables: ["blocks"] }).store
 */
export function createMemoryStorage(options: { readonly tables: readonly string[] }): Storage {
  const tables = new Map([...options.tables, META_TABLE].sort().map((name) => [name, new MemoryTable()]));
  let closed = false;
  const table = (name: string): MemoryTable => {
    if (closed) throw new StorageError("STORAGE_CLOSED", "the store is closed");
    const found = tables.get(name);
    if (found === undefined) throw new RangeError(`no table is named ${name}`);
    return found;
  };
  const write = async (rows: readonly Row[]): Promise<void> => {
    if (closed) throw new StorageError("STORAGE_CLOSED", "the store is closed");
    checkRows(rows, (name) => tables.has(name));
    for (const row of rows) table(row.table).set(row.key, row.value?.slice());
  };
  const range = (name: string, o: RangeOptions): Iterable<readonly [Uint8Array, Uint8Array]> => {
    const changes = table(name).rows(textRange(o), o.reverse === true, o.limit);
    return mergeRange([][Symbol.iterator](), changes, o.reverse === true, o.limit);
  };
  return {
    store: { get: (name, key) => table(name).get(key)?.slice(), range, commit: write },
    journal: { append: write },
    failure: undefined,
    stats: () => ({
      fileBytes: 0,
      rows: Object.fromEntries([...tables].map(([name, t]) => [name, t.size])),
      pendingBatches: 0,
      pendingBytes: 0,
    }),
    freeSpace: () => judgeFreeSpace(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    verify: () => ({ rows: [...tables.values()].reduce((sum, t) => sum + t.size, 0), corrupt: [] }),
    snapshot: () => copyOf(tables),
    refresh: () => undefined,
    backup: async () => {
      throw new StorageError("STORAGE_MISSING", "a store in memory has no files to copy");
    },
    close: async () => {
      closed = true;
    },
  };
}

/** A snapshot in memory is a copy. */
function copyOf(tables: ReadonlyMap<string, MemoryTable>): Snapshot {
  const copies = new Map([...tables].map(([name, table]) => [name, table.copy()]));
  const rowsOf = (name: string) => {
    const found = copies.get(name);
    if (found === undefined) throw new RangeError(`no table is named ${name}`);
    return found;
  };
  return {
    get: (name, key) => rowsOf(name).get(key),
    *rows(name, from = new Uint8Array(0)) {
      const table = rowsOf(name);
      yield* mergeRange(
        [][Symbol.iterator](),
        table.rows(textRange({ from, limit: table.size + 1 }), false, table.size),
        false,
        table.size + 1,
      );
    },
    count: (name) => rowsOf(name).size,
    close: () => undefined,
  };
}
