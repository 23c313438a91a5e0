import type { RangeOptions } from "@polis/ports";
import { keyText } from "./keyText.ts";

/** The bounds of a range as key texts; an absent end is unbounded. */
export interface TextRange {
  readonly from: string;
  readonly to: string | undefined;
}

/**
 * Checks and translates range options.
 * @throws RangeError when the limit is not a positive integer: every read is bounded.
 */
export function textRange(options: RangeOptions): TextRange {
  if (!Number.isSafeInteger(options.limit) || options.limit < 1) throw new RangeError("limit must be at least 1");
  return {
    from: options.from === undefined ? "" : keyText(options.from),
    to: options.to === undefined ? undefined : keyText(options.to),
  };
}

/** @returns true when a key lies in [from, to). */
export function inRange(range: TextRange, key: string): boolean {
  return key >= range.from && (range.to === undefined || key < range.to);
}

/** A change seen from a range: a missing value deletes the row. */
export type Change = readonly [key: string, value: Uint8Array | undefined];

/**
 * Merges stored rows with newer changes, both in the order of the range, up to `limit` rows.
 * @param stored reads lazily: it is asked for no more rows than the result needs.
 */
export function* mergeRange(
  stored: Iterator<readonly [Uint8Array, Uint8Array]>,
  changes: readonly Change[],
  reverse: boolean,
  limit: number,
): Generator<readonly [Uint8Array, Uint8Array]> {
  try {
    yield* merge(stored, changes, reverse, limit);
  } finally {
    // A reader that stops early must not leave its cursor: it would hold its snapshot, and a place among the readers.
    stored.return?.();
  }
}

function* merge(
  stored: Iterator<readonly [Uint8Array, Uint8Array]>,
  changes: readonly Change[],
  reverse: boolean,
  limit: number,
): Generator<readonly [Uint8Array, Uint8Array]> {
  let row = stored.next();
  let i = 0;
  let left = limit;
  while (left > 0) {
    const change = changes[i];
    const rowKey = row.done ? undefined : keyText(row.value[0]);
    if (change === undefined && rowKey === undefined) return;
    const order = compare(rowKey, change?.[0], reverse);
    if (order < 0) {
      yield row.value as readonly [Uint8Array, Uint8Array];
      left--;
      row = stored.next();
      continue;
    }
    if (order === 0) row = stored.next();
    i++;
    const [key, value] = change as Change;
    if (value === undefined) continue;
    yield [Buffer.from(key, "latin1"), value.slice()];
    left--;
  }
}

/** Which comes first: below 0 the stored row, above 0 the change, 0 the same key. */
function compare(row: string | undefined, change: string | undefined, reverse: boolean): number {
  if (row === undefined) return 1;
  if (change === undefined) return -1;
  if (row === change) return 0;
  return row < change !== reverse ? -1 : 1;
}
