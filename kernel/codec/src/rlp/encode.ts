import type { RlpItem } from "./types.ts";

/** Deeper nesting than this is a mistake of ours: no Kairos or Ethereum type nests deeper than 8. */
const maxEncodeDepth = 64;

/**
 * Encodes an item as RLP in one buffer of the exact size: a first pass measures every list, a second one writes.
 * Throws a RangeError on nesting deeper than 64.
 * @example encodeRlp([Uint8Array.of(1), new Uint8Array(0)]) // c2 01 80
 */
export function encodeRlp(item: RlpItem): Uint8Array {
  const listSizes: number[] = [];
  const size = measure(item, listSizes, 0);
  const cursor = { at: 0, list: 0 };
  const out = new Uint8Array(size);
  write(item, out, listSizes, cursor);
  return out;
}

/** Length in bytes of an item's encoding, without making it. */
export function rlpSize(item: RlpItem): number {
  return measure(item, [], 0);
}

function measure(item: RlpItem, listSizes: number[], depth: number): number {
  if (item instanceof Uint8Array) {
    const length = item.length;
    return length === 1 && item[0]! < 0x80 ? 1 : headSize(length) + length;
  }
  if (depth >= maxEncodeDepth) throw new RangeError("RLP nested too deep");
  const slot = listSizes.push(0) - 1;
  let payload = 0;
  for (let i = 0; i < item.length; i++) payload += measure(item[i]!, listSizes, depth + 1);
  listSizes[slot] = payload;
  return headSize(payload) + payload;
}

function headSize(length: number): number {
  if (length < 56) return 1;
  if (length < 0x100) return 2;
  if (length < 0x1_0000) return 3;
  return length < 0x100_0000 ? 4 : 5;
}

function write(
  item: RlpItem,
  out: Uint8Array,
  listSizes: readonly number[],
  cursor: { at: number; list: number },
): void {
  if (item instanceof Uint8Array) {
    const length = item.length;
    if (length === 1 && item[0]! < 0x80) {
      out[cursor.at++] = item[0]!;
      return;
    }
    writeHead(out, 0x80, length, cursor);
    // Setting a few bytes one by one is faster than a call of set().
    if (length <= 32) for (let i = 0; i < length; i++) out[cursor.at + i] = item[i]!;
    else out.set(item, cursor.at);
    cursor.at += length;
    return;
  }
  writeHead(out, 0xc0, listSizes[cursor.list++]!, cursor);
  for (let i = 0; i < item.length; i++) write(item[i]!, out, listSizes, cursor);
}

function writeHead(out: Uint8Array, base: number, length: number, cursor: { at: number }): void {
  if (length < 56) {
    out[cursor.at++] = base + length;
    return;
  }
  const lengthBytes = headSize(length) - 1;
  out[cursor.at++] = base + 55 + lengthBytes;
  for (let shift = (lengthBytes - 1) * 8; shift >= 0; shift -= 8) out[cursor.at++] = length >>> shift;
}
