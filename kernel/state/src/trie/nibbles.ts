/**
 * Half-byte number `index` of a key, the high half of each byte first.
 * @example nibbleAt(Uint8Array.of(0x4f), 1) // 15
 */
export function nibbleAt(key: Uint8Array, index: number): number {
  const byte = key[index >> 1]!;
  return (index & 1) === 0 ? byte >> 4 : byte & 15;
}

/**
 * The first nibble index, from `from` and before `end`, at which two keys differ; `end` if they do not.
 * @example commonPrefix(Uint8Array.of(0x12), Uint8Array.of(0x13), 0, 2) // 1
 */
export function commonPrefix(a: Uint8Array, b: Uint8Array, from: number, end: number): number {
  for (let i = from; i < end; i++) if (nibbleAt(a, i) !== nibbleAt(b, i)) return i;
  return end;
}
