import { fault, ok, type Result } from "../result.ts";
import { KceReader } from "./reader.ts";
import type { Kce, KceFault } from "./types.ts";
import { KceWriter } from "./writer.ts";

/**
 * The canonical encoding of a value (kratos-core 1.6). Throws a RangeError when the value is outside its type.
 * @example encodeKce(kceU32, 1) // 01 00 00 00
 */
export function encodeKce<T>(codec: Kce<T>, value: T): Uint8Array {
  // A codec may encode on its own while it writes: each takes a writer that nobody uses.
  const writer = idle.pop() ?? new KceWriter();
  writer.clear();
  codec.write(writer, value);
  const bytes = writer.finish();
  if (bytes.length <= MAX_KEPT_BYTES && idle.length < MAX_IDLE) idle.push(writer);
  return bytes;
}

/** Writers whose buffers are used again. */
const idle: KceWriter[] = [];
const MAX_IDLE = 8;
const MAX_KEPT_BYTES = 1_048_576;

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
