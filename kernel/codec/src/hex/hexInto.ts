/**
 * Writes the bytes of a hex text at an offset. For short texts this is several times faster than Uint8Array.fromHex,
 * which has to check its input; an Address or Digest is known to be lower-case hex.
 */
export function hexInto(target: Uint8Array, at: number, hex: string): void {
  for (let i = 0, out = at; i < hex.length; i += 2, out++) {
    target[out] = (digit(hex.charCodeAt(i)) << 4) | digit(hex.charCodeAt(i + 1));
  }
}

/** Codes of 0..9 end in their value; those of a..f have bit 6 set and end in their value minus nine. */
function digit(code: number): number {
  return (code & 15) + 9 * (code >> 6);
}
