import { flags } from "./frames.ts";

/**
 * The content of a DATA or HEADERS frame without its padding and without `skip` bytes before it.
 * @returns undefined when there is not so much
 */
export function unpad(flagBits: number, body: Buffer, skip: number): Buffer | undefined {
  const isPadded = (flagBits & flags.padded) !== 0;
  const from = skip + (isPadded ? 1 : 0);
  const padding = isPadded ? (body[0] ?? 0) : 0;
  if (from + padding > body.length) return undefined;
  return from + padding === 0 ? body : body.subarray(from, body.length - padding);
}
