import { type Height, height, readU64Number, writeU64 } from "@polis/codec";
import type { Row, Store } from "@polis/ports";
import { decodeUndo, type EarlierValues, earlierValues, encodeUndo, RecentCache, type StateUndo } from "@polis/state";
import { heightKey } from "../tables.ts";

/** How much of the past a node can show (kairos 6.4): all, the last ten minutes and 128 heights, or only the present. */
export type HistoryPolicy = "archive" | "full" | "none";

/** Heights that `full` keeps at least (kairos 6.4). */
export const keptHeights = 128;
/** Seconds of chain time that `full` keeps at least: a row goes when it is past both limits. */
export const keptSeconds = 600;
/** Old rows deleted per finalized height: more than one, so that a backlog shrinks. */
const prunedAtOnce = 4;
/** Rows that may still be on their way to the store. */
const unsettled = 16;
/** Accounts and slots in decoded rows that are kept; about 300 bytes each. */
const maxDecoded = 150_000;

/** The table `history`: per finalized height, what the block changed, with the values from before. */
export interface StateHistory {
  /** The rows of a newly final block: its own, and deletions of those that are too old. */
  advance(at: Height, timestampS: number, undo: () => StateUndo): readonly Row[];
  /** Values before the block of this height, of all that it changed; undefined when they are not kept. */
  before(at: Height): EarlierValues | undefined;
}

/** Continues the history of a store. A row is the block's timestamp (u64 seconds) and its undo. */
export function createStateHistory(store: Store, policy: HistoryPolicy): StateHistory {
  const fresh = new Map<Height, Uint8Array>();
  const decoded = new RecentCache<Height, EarlierValues>(maxDecoded, sizeOf);
  const rowOf = (at: Height) => fresh.get(at) ?? store.get("history", heightKey(at));
  let oldest = oldestRow(store);

  /** The height and time of the oldest row, once there is one. */
  function oldestFrom(at: Height, latest: Height): Oldest | undefined {
    for (let next = at; next <= latest; next = height(next + 1)) {
      const row = rowOf(next);
      if (row !== undefined) return { at: next, timestampS: readU64Number(row, 0)! };
    }
    return undefined;
  }

  return {
    advance(at, timestampS, undo) {
      if (policy === "none") return [];
      const bytes = encodeUndo(undo());
      const value = new Uint8Array(8 + bytes.length);
      writeU64(value, 0, timestampS);
      value.set(bytes, 8);
      fresh.set(at, value);
      fresh.delete(height(Math.max(0, at - unsettled)));
      oldest ??= { at, timestampS };
      const rows: Row[] = [{ table: "history", key: heightKey(at), value }];
      if (policy === "archive") return rows;
      for (let i = 0; i < prunedAtOnce && oldest !== undefined; i++) {
        if (oldest.at > at - keptHeights || oldest.timestampS >= timestampS - keptSeconds) break;
        rows.push({ table: "history", key: heightKey(oldest.at), value: undefined });
        oldest = oldestFrom(height(oldest.at + 1), at);
      }
      return rows;
    },
    before(at) {
      const known = decoded.get(at);
      if (known !== undefined) return known;
      const row = oldest !== undefined && at >= oldest.at ? rowOf(at) : undefined;
      if (row === undefined) return undefined;
      const values = earlierValues([decodeUndo(row.subarray(8))]);
      decoded.set(at, values);
      return values;
    },
  };
}

interface Oldest {
  readonly at: Height;
  readonly timestampS: number;
}

function oldestRow(store: Store): Oldest | undefined {
  for (const [key, row] of store.range("history", { limit: 1 })) {
    return { at: height(readU64Number(key, 0)!), timestampS: readU64Number(row, 0)! };
  }
  return undefined;
}

function sizeOf({ accounts, storage }: EarlierValues): number {
  let size = 1 + accounts.size;
  for (const slots of storage.values()) size += slots.size;
  return size;
}
