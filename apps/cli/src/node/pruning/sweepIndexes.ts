import { asciiBytes, type Height, readU64Number, writeU64 } from "@polis/codec";
import { logRowEnd } from "@polis/kairos";
import type { Row, Store } from "@polis/ports";

/** Where the sweep stands: lowest height u64 that it was begun for, index of the table u8, key to go on from. */
const sweepKey = asciiBytes("pruning_sweep");
/** A sweep begins when this part of the kept blocks has been dropped since the last one. */
const sweepsPerWindow = 8;

interface Sweep {
  readonly below: number;
  /** 0 address_index, 1 log_index, 2 done. */
  readonly table: number;
  readonly from: Uint8Array;
}

interface Page {
  readonly rows: Row[];
  /** Where the next page begins; undefined at the end of the table. */
  readonly next: Uint8Array | undefined;
}

/**
 * The next piece of a walk through the indexes whose keys do not begin with a height: of each account it looks at the rows
 * below `lowest` and jumps over the others. Readers leave out what the walk has not reached yet.
 * @returns no rows when the last walk is over and too little has been dropped for another one
 */
export function sweepIndexes(store: Store, lowest: Height, keepBlocks: number, maxRows: number): Row[] {
  let sweep = readSweep(store);
  if (sweep.table === 2) {
    const every = Math.max(1, Math.floor(keepBlocks / sweepsPerWindow));
    if (lowest < sweep.below + every) return [];
    sweep = { below: lowest, table: 0, from: new Uint8Array(0) };
  }
  const page = sweep.table === 0 ? sweepAccounts(store, sweep, maxRows) : sweepLogs(store, sweep, maxRows);
  const next = page.next ?? new Uint8Array(0);
  page.rows.push(sweepRow({ ...sweep, table: page.next === undefined ? sweep.table + 1 : sweep.table, from: next }));
  return page.rows;
}

/** Keys are address 20, height 8, place 5: the old rows of an account stand before its others. */
function sweepAccounts(store: Store, { below, from }: Sweep, maxRows: number): Page {
  const table = "address_index";
  const rows: Row[] = [];
  let next = from;
  for (let seeks = 0; seeks < maxRows && rows.length < maxRows; seeks++) {
    let read = 0;
    for (const [key] of store.range(table, { from: next, limit: maxRows - rows.length })) {
      read++;
      if (readU64Number(key, 20)! >= below) {
        const account = accountAfter(key);
        if (account === undefined) return { rows, next: undefined };
        next = account;
        break;
      }
      rows.push({ table, key, value: undefined });
      next = Uint8Array.of(...key, 0);
    }
    if (read === 0) return { rows, next: undefined };
  }
  return { rows, next };
}

function sweepLogs(store: Store, { below, from }: Sweep, maxRows: number): Page {
  const table = "log_index";
  const rows: Row[] = [];
  let next = from;
  let read = 0;
  for (const [key] of store.range(table, { from, limit: maxRows })) {
    read++;
    if (logRowEnd(key) < below) rows.push({ table, key, value: undefined });
    next = Uint8Array.of(...key, 0);
  }
  return { rows, next: read < maxRows ? undefined : next };
}

/** The smallest address above that of a key; undefined above the highest. */
function accountAfter(key: Uint8Array): Uint8Array | undefined {
  const account = key.slice(0, 20);
  for (let i = 19; i >= 0; i--) {
    account[i] = (account[i]! + 1) & 0xff;
    if (account[i] !== 0) return account;
  }
  return undefined;
}

function readSweep(store: Store): Sweep {
  const row = store.get("meta", sweepKey);
  if (row === undefined) return { below: 0, table: 2, from: new Uint8Array(0) };
  return { below: readU64Number(row, 0)!, table: row[8]!, from: row.slice(9) };
}

function sweepRow({ below, table, from }: Sweep): Row {
  const value = new Uint8Array(9 + from.length);
  writeU64(value, 0, below);
  value[8] = table;
  value.set(from, 9);
  return { table: "meta", key: sweepKey, value };
}
