import type { Transaction } from "lmdb";
import { unseal } from "./checksum.ts";
import type { Environment, Table } from "./environment.ts";

/**
 * One moment of a store, whatever is written meanwhile, here or in another process. As long as it is open the store cannot
 * use freed space again, so that a file of a busy node grows: close it soon.
 */
export interface Snapshot {
  /** @throws StorageError STORAGE_CORRUPT; RangeError for an unknown table */
  get(table: string, key: Uint8Array): Uint8Array | undefined;
  /**
   * Rows of a table in the order of their keys, read as they are asked for: the reader may take turns in between.
   * @param from the first key, included
   * @throws as `get`
   */
  rows(table: string, from?: Uint8Array): Iterable<readonly [key: Uint8Array, value: Uint8Array]>;
  /** How many rows a table has. */
  count(table: string): number;
  close(): void;
}

/** Opens a read transaction of its own. */
export function openSnapshot({ root, tables }: Environment): Snapshot {
  // The counts below and the reads show the same moment: nothing runs between the two lines.
  root.resetReadTxn();
  const transaction = root.useReadTransaction();
  const counts = new Map([...tables].map(([name, { db }]) => [name, entries(db)]));
  const tableOf = (name: string): Table => {
    const table = tables.get(name);
    if (table === undefined) throw new RangeError(`no table is named ${name}`);
    return table;
  };
  let open = true;
  return {
    get(name, key) {
      const table = tableOf(name);
      const stored = table.db.get(key, { transaction });
      return stored === undefined ? undefined : unseal(stored, name, table.seed, key);
    },
    rows: (name, from) => rowsOf(tableOf(name), transaction, from),
    count: (name) => counts.get(tableOf(name).name)!,
    close: () => {
      if (open) transaction.done();
      open = false;
    },
  };
}

function* rowsOf(
  table: Table,
  transaction: Transaction,
  from: Uint8Array | undefined,
): Generator<readonly [Uint8Array, Uint8Array]> {
  const start = from !== undefined && from.length > 0 ? { start: from } : {};
  for (const { key, value } of table.db.getRange({ ...start, transaction, snapshot: true })) {
    yield [key, unseal(value, table.name, table.seed, key)];
  }
}

function entries(db: Table["db"]): number {
  return (db.getStats() as { entryCount: number }).entryCount;
}
