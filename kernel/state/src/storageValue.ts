/**
 * A 256-bit storage value as a row: minimal big-endian, never empty for a value above 0.
 * @example storageBytes(256n) // 01 00
 */
export function storageBytes(value: bigint): Uint8Array {
  let rest = value;
  for (let at = 24; at >= 0; at -= 8) {
    limbs.setBigUint64(at, rest & limb);
    rest >>= 64n;
  }
  let first = 0;
  while (first < 31 && word[first] === 0) first++;
  return word.slice(first);
}

/** Scratch: a number is taken apart here, which is faster than through text. */
const word = new Uint8Array(32);
const limbs = new DataView(word.buffer);
const limb = 0xffff_ffff_ffff_ffffn;

/** The value of a row made by storageBytes; 0 for a missing row. */
export function storageValue(row: Uint8Array | undefined): bigint {
  return row === undefined ? 0n : BigInt(`0x${row.toHex()}`);
}

/** The value of a slot in its trie: the RLP of the minimal big-endian bytes. */
export function storageLeaf(value: bigint): Uint8Array {
  const bytes = storageBytes(value);
  if (bytes.length === 1 && bytes[0]! < 0x80) return bytes;
  const out = new Uint8Array(1 + bytes.length);
  out[0] = 0x80 + bytes.length;
  out.set(bytes, 1);
  return out;
}
