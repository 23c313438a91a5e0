/**
 * A key as a string with one character per byte: usable as a map key, and `<` compares like the bytes.
 * @example keyText(Uint8Array.of(1, 255)) // "\x01\xff"
 */
export function keyText(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1");
}

/** @returns the bytes of a `keyText`. */
export function keyBytes(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
