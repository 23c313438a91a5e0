/**
 * A 256-bit storage value as a row: minimal big-endian, never empty for a value above 0.
 * @example storageBytes(256n) // 01 00
 */
export function storageBytes(value: bigint): Uint8Array {
  const digits = value.toString(16);
  return Uint8Array.fromHex(digits.length % 2 === 1 ? `0${digits}` : digits);
}

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
