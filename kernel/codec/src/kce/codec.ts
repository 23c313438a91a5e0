import { fault, ok, type Result } from "../result.ts";
import { KceReader } from "./reader.ts";
import type { Kce, KceFault } from "./types.ts";
import { KceWriter } from "./writer.ts";

/**
 * The canonical encoding of a value (kratos-core 1.6). Throws a RangeError when the value is outside its type.
 * @example encodeKce(kceU32, 1) // 01 00 00 00
 */
export function encodeKce<T>(codec: Kce<T>, value: T): Uint8Array {
  const writer = new KceWriter();
  codec.write(writer, value);
  return writer.finish();
}

/**
 * Decodes exactly one value that fills the input. Refuses every other encoding of the same value, and never throws.
 * @param maxBytes largest accepted input
 */
export function decodeKce<T>(codec: Kce<T>, bytes: Uint8Array, maxBytes: number): Result<T, KceFault> {
  if (bytes.length > maxBytes) return fault("KCE_TOO_LONG");
  const reader = new KceReader(bytes);
  const value = codec.read(reader);
  if (reader.fault !== undefined) return fault(reader.fault);
  return reader.remaining > 0 ? fault("KCE_TRAILING") : ok(value);
}
