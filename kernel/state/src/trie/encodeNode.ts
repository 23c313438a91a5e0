import { keccak256 } from "@polis/crypto";
import { nibbleAt } from "./nibbles.ts";

/**
 * Encodes a leaf as Ethereum does: rlp([hex-prefix of nibbles depth..end of the key, value]).
 * @returns a view of a shared buffer, valid until the next call of any function of this file
 */
export function encodeLeaf(key: Uint8Array, depth: number, end: number, value: Uint8Array): Uint8Array {
  const pathSize = stringSize(1 + ((end - depth) >> 1), 0);
  const payload = pathSize + stringSize(value.length, value[0]!);
  let at = startList(payload);
  at = putPath(at, key, depth, end, 0x20);
  at = putString(at, value);
  return scratch.subarray(0, at);
}

/** Encodes an extension: rlp([hex-prefix of nibbles depth..end, reference of the child]). Same buffer as encodeLeaf. */
export function encodeExtension(key: Uint8Array, depth: number, end: number, child: Uint8Array): Uint8Array {
  const payload = stringSize(1 + ((end - depth) >> 1), 0) + refSize(child);
  let at = startList(payload);
  at = putPath(at, key, depth, end, 0);
  at = putRef(at, child);
  return scratch.subarray(0, at);
}

/**
 * Encodes a branch of 16 child references (null for none) and the value that ends here, if any. Same buffer.
 */
export function encodeBranch(refs: readonly (Uint8Array | null)[], value: Uint8Array | null): Uint8Array {
  let payload = value === null ? 1 : stringSize(value.length, value[0]!);
  for (let i = 0; i < 16; i++) payload += refSize(refs[i]!);
  let at = startList(payload);
  for (let i = 0; i < 16; i++) at = putRef(at, refs[i]!);
  if (value === null) scratch[at++] = 0x80;
  else at = putString(at, value);
  return scratch.subarray(0, at);
}

/** How a parent refers to an encoded node: its keccak, or a copy of it when it is shorter than a hash. */
export function referTo(encoded: Uint8Array): Uint8Array {
  return encoded.length < 32 ? encoded.slice() : keccak256(encoded);
}

let scratch = new Uint8Array(4096);

function startList(payload: number): number {
  if (payload + 9 > scratch.length) scratch = new Uint8Array(2 * (payload + 9));
  return putHead(0, 0xc0, payload);
}

function putHead(at: number, base: number, length: number): number {
  if (length < 56) {
    scratch[at] = base + length;
    return at + 1;
  }
  const size = lengthSize(length);
  scratch[at++] = base + 55 + size;
  for (let shift = 8 * (size - 1); shift >= 0; shift -= 8) scratch[at++] = length >>> shift;
  return at;
}

function lengthSize(length: number): number {
  return length < 0x100 ? 1 : length < 0x1_0000 ? 2 : length < 0x100_0000 ? 3 : 4;
}

function stringSize(length: number, first: number): number {
  if (length === 1 && first < 0x80) return 1;
  return length < 56 ? 1 + length : 1 + lengthSize(length) + length;
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

function refSize(ref: Uint8Array | null): number {
  return ref === null ? 1 : ref.length === 32 ? 33 : ref.length;
}

function putRef(at: number, ref: Uint8Array | null): number {
  if (ref === null) {
    scratch[at] = 0x80;
    return at + 1;
  }
  // A reference of 32 bytes is a hash; anything shorter is the node itself, already encoded.
  const start = ref.length === 32 ? at + 1 : at;
  if (ref.length === 32) scratch[at] = 0xa0;
  scratch.set(ref, start);
  return start + ref.length;
}

/** Hex-prefix encoding (Yellow Paper, appendix C); its first byte is below 0x80, so a single byte stands for itself. */
function putPath(at: number, key: Uint8Array, depth: number, end: number, flag: number): number {
  const nibbles = end - depth;
  if (nibbles >= 2) at = putHead(at, 0x80, 1 + (nibbles >> 1));
  let i = depth;
  scratch[at++] = (nibbles & 1) === 1 ? flag | 0x10 | nibbleAt(key, i++) : flag;
  if ((i & 1) === 0) for (; i < end; i += 2) scratch[at++] = key[i >> 1]!;
  else for (; i < end; i += 2) scratch[at++] = ((key[i >> 1]! & 15) << 4) | (key[(i >> 1) + 1]! >> 4);
  return at;
}
