import { compareBytes } from "@polis/codec";
import type { RangeOptions, Store } from "@polis/ports";
import type { Snapshot } from "@polis/storage";

/** A snapshot behind the port `Store`: reads of one moment, no writes, ranges in rising order only. */
export function snapshotStore(snapshot: Snapshot): Store {
  return {
    get: (table, key) => snapshot.get(table, key),
    range: (table, options) => rangeOf(snapshot, table, options),
    commit: () => Promise.reject(new Error("a snapshot takes no writes")),
  };
}

function* rangeOf(snapshot: Snapshot, table: string, { from, to, limit, reverse }: RangeOptions) {
  if (reverse === true) throw new RangeError("a snapshot is read in rising order");
  let left = limit;
  for (const row of snapshot.rows(table, from)) {
    if (left-- === 0 || (to !== undefined && compareBytes(row[0], to) >= 0)) return;
    yield row;
  }
}
