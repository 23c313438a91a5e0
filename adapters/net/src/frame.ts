/** Bytes before the body: length u32, version u8, type u8, seq u64, sentAt u64 (kairos N5). */
export const FRAME_HEADER_BYTES = 22;
/** What `length` counts besides the body. */
export const FRAME_FIXED_BYTES = 18;
export const FRAME_VERSION = 1;

/** One received frame. */
export interface Frame {
  readonly type: number;
  readonly seq: number;
  /** Wall clock of the sender, Unix milliseconds. */
  readonly sentAtMs: number;
  readonly body: Uint8Array;
}

const TWO_32 = 2 ** 32;

/**
 * Writes a frame header (kairos N5).
 * @param seq 1 for the first frame of a direction, then one more each.
 */
export function writeFrameHeader(
  into: Buffer,
  offset: number,
  type: number,
  seq: number,
  sentAtMs: number,
  bodyBytes: number,
): void {
  into.writeUInt32BE(FRAME_FIXED_BYTES + bodyBytes, offset);
  into[offset + 4] = FRAME_VERSION;
  into[offset + 5] = type;
  writeU64(into, offset + 6, seq);
  writeU64(into, offset + 14, sentAtMs);
}

/** Writes a safe integer as u64 big-endian. */
export function writeU64(into: Buffer, offset: number, value: number): void {
  const high = Math.floor(value / TWO_32);
  into.writeUInt32BE(high, offset);
  into.writeUInt32BE(value - high * TWO_32, offset + 4);
}

/** Reads a u64; values of 2^53 and above come back inexact and are refused by every caller. */
export function readU64(from: Buffer, offset: number): number {
  return from.readUInt32BE(offset) * TWO_32 + from.readUInt32BE(offset + 4);
}
