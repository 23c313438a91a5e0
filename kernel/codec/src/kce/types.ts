import type { Fault } from "../result.ts";
import type { KceReader } from "./reader.ts";
import type { KceWriter } from "./writer.ts";

/** How values of one type are written and read in the canonical encoding (kratos-core 1.6). */
export interface Kce<T> {
  /** Throws a RangeError on a value outside the type or its limits: it is our own. */
  write(writer: KceWriter, value: T): void;
  /** Reads total: after a fault it returns some value of the type, and the reader keeps the fault. */
  read(reader: KceReader): T;
}

/** The type whose values a codec describes. */
export type KceValue<C> = C extends Kce<infer T> ? T : never;

/** What decoding can report. */
export type KceFault = Fault<
  "KCE_TRUNCATED" | "KCE_TRAILING" | "KCE_TOO_LONG" | "KCE_TAG" | "KCE_TEXT" | "KCE_INTEGER"
>;
