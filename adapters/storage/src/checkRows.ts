import type { Row } from "@polis/ports";
import { CHECKSUM_BYTES } from "./checksum.ts";
import { MAX_KEY_BYTES, MAX_VALUE_BYTES } from "./types.ts";

/**
 * Checks a batch before any row of it is handed over, so that a bad row never leaves half a batch behind.
 * @returns the bytes the sealed values need.
 * @throws RangeError on an unknown table or a size out of bounds: a programming error, not a fault of a peer.
 */
export function checkRows(rows: readonly Row[], hasTable: (name: string) => boolean): number {
  let bytes = 0;
  for (const { table, key, value } of rows) {
    if (!hasTable(table)) throw new RangeError(`no table is named ${table}`);
    if (key.length < 1 || key.length > MAX_KEY_BYTES) throw new RangeError(`a key has 1..${MAX_KEY_BYTES} bytes`);
    if (value === undefined) continue;
    if (value.length > MAX_VALUE_BYTES) throw new RangeError(`a value has at most ${MAX_VALUE_BYTES} bytes`);
    bytes += value.length + CHECKSUM_BYTES;
  }
  return bytes;
}
