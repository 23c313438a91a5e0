/** The `length` bytes at `at`, with zeros where the input has ended: how the EVM reads the input of most precompiles. */
export function padded(input: Uint8Array, at: number, length: number): Uint8Array {
  if (at + length <= input.length) return input.subarray(at, at + length);
  const bytes = new Uint8Array(length);
  bytes.set(input.subarray(Math.min(at, input.length)));
  return bytes;
}

/** Number of 32-byte words that `bytes` begin. */
export function words(bytes: number): bigint {
  return BigInt(Math.ceil(bytes / 32));
}
