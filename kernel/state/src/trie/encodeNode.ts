import { keccak256 } from "@polis/crypto";
import { nibbleAt } from "./nibbles.ts";

/**
 * Encodes a leaf as Ethereum does: rlp([hex-prefix of nibbles depth..end of the key, value]).
 * @returns a view of a shared buffer, valid until the next call of any function of this file
 */
export function encodeLeaf(key: Uint8Array, depth: number, end: number, value: Uint8Array): Uint8Array {
  if (scratch.length < room + 64 + key.length + value.length)
    scratch = new Uint8Array(2 * (room + 64 + value.length + key.length));
  return close(putString(putPath(room, key, depth, end, 0x20), value));
}

/** Encodes an extension: rlp([hex-prefix of nibbles depth..end, reference of the child]). Same buffer as encodeLeaf. */
export function encodeExtension(key: Uint8Array, depth: number, end: number, child: Uint8Array): Uint8Array {
  if (scratch.length < room + 64 + key.length) scratch = new Uint8Array(2 * (room + 64 + key.length));
  return close(putRef(putPath(room, key, depth, end, 0), child));
}

/**
 * Encodes a branch of 16 child references (null for none) and the value that ends here, if any. Same buffer.
 */
export function encodeBranch(refs: readonly (Uint8Array | null)[], value: Uint8Array | null): Uint8Array {
  const extra = value === null ? 0 : value.length;
  if (scratch.length < room + 600 + extra) scratch = new Uint8Array(2 * (room + 600 + extra));
  let at = room;
  for (let i = 0; i < 16; i++) {
    const ref = refs[i]!;
    if (ref === null) scratch[at++] = 0x80;
    else at = putRef(at, ref);
  }
  if (value === null) scratch[at++] = 0x80;
  else at = putString(at, value);
  return close(at);
}

/** How a parent refers to an encoded node: its keccak, or a copy of it when it is shorter than a hash. */
export function referTo(encoded: Uint8Array): Uint8Array {
  return encoded.length < 32 ? encoded.slice() : keccak256(encoded);
}

/** The items of a list are written behind this much room, and its head then goes right before them. */
const room = 9;
let scratch = new Uint8Array(4096);

function close(end: number): Uint8Array {
  const length = end - room;
  const start = length < 56 ? room - 1 : room - 1 - lengthSize(length);
  putHead(start, 0xc0, length);
  return scratch.subarray(start, end);
}

function putHead(at: number, base: number, length: number): number {
  if (length < 56) {
    scratch[at] = base + length;
    return at + 1;
  }
  const size = lengthSize(length);
  let next = at;
  scratch[next++] = base + 55 + size;
  for (let shift = 8 * (size - 1); shift >= 0; shift -= 8) scratch[next++] = length >>> shift;
  return next;
}

function lengthSize(length: number): number {
  return length < 0x100 ? 1 : length < 0x1_0000 ? 2 : length < 0x100_0000 ? 3 : 4;
}

function putString(at: number, bytes: Uint8Array): number {
  if (bytes.length === 1 && bytes[0]! < 0x80) {
    scratch[at] = bytes[0]!;
    return at + 1;
  }
  const start = putHead(at, 0x80, bytes.length);
  scratch.set(bytes, start);
  return start + bytes.length;
}

function putRef(at: number, ref: Uint8Array): number {
  // A reference of 32 bytes or more starts with a hash; anything shorter is the node itself, already encoded.
  const out = scratch;
  const length = Math.min(ref.length, 32);
  let next = at;
  if (length === 32) out[next++] = 0xa0;
  for (let i = 0; i < length; i++) out[next++] = ref[i]!;
  return next;
}

/** Hex-prefix encoding (Yellow Paper, appendix C); its first byte is below 0x80, so a single byte stands for itself. */
function putPath(at: number, key: Uint8Array, depth: number, end: number, flag: number): number {
  const nibbles = end - depth;
  let next = nibbles >= 2 ? putHead(at, 0x80, 1 + (nibbles >> 1)) : at;
  let i = depth;
  scratch[next++] = (nibbles & 1) === 1 ? flag | 0x10 | nibbleAt(key, i++) : flag;
  const out = scratch;
  if ((i & 1) === 0) for (; i < end; i += 2) out[next++] = key[i >> 1]!;
  else for (; i < end; i += 2) out[next++] = ((key[i >> 1]! & 15) << 4) | (key[(i >> 1) + 1]! >> 4);
  return next;
}
