/** One row of a table: key and value as the store gives them, without the store's own checksum. */
export type BackupRow = readonly [key: Uint8Array, value: Uint8Array];

/** A chunk is closed when it has this many bytes; the last row may take it beyond. */
export const chunkBytes: number = 8 << 20;
/** Longest chunk that is read: a full one and the longest value of a store behind it. */
export const maxChunkBytes: number = chunkBytes + (257 << 20);
const headBytes = 6;
const maxKeyBytes = 1_024;

/** Gathers rows: key length u16, value length u32, key, value, one row after the other. */
export class ChunkWriter {
  rows = 0;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  /** Adds a row. @returns true when the chunk is full */
  add(key: Uint8Array, value: Uint8Array): boolean {
    const head = Buffer.alloc(headBytes + key.length);
    head.writeUInt16BE(key.length, 0);
    head.writeUInt32BE(value.length, 2);
    head.set(key, headBytes);
    this.#parts.push(head, value);
    this.#bytes += head.length + value.length;
    this.rows++;
    return this.#bytes >= chunkBytes;
  }

  /** @returns the bytes gathered so far, and begins anew */
  take(): Buffer {
    const bytes = Buffer.concat(this.#parts, this.#bytes);
    this.#parts = [];
    this.#bytes = 0;
    this.rows = 0;
    return bytes;
  }
}

/**
 * Reads what a ChunkWriter made; the rows are views into `bytes`.
 * @throws RangeError for bytes that are no rows
 */
export function readChunk(bytes: Uint8Array): readonly BackupRow[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: BackupRow[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < headBytes) throw new RangeError("a row is cut off");
    const keyBytes = view.getUint16(at);
    const valueBytes = view.getUint32(at + 2);
    const start = at + headBytes;
    const end = start + keyBytes + valueBytes;
    if (keyBytes < 1 || keyBytes > maxKeyBytes) throw new RangeError("a key has a length that no key has");
    if (end > bytes.length) throw new RangeError("a row is cut off");
    rows.push([bytes.subarray(start, start + keyBytes), bytes.subarray(start + keyBytes, end)]);
    at = end;
  }
  return rows;
}
