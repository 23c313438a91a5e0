import type { Tracer } from "../seam/tracer.ts";
import type { Execution } from "../seam/transaction.ts";

/** A value of JSON. Quantities are hex text with 0x, as geth's tracers write them. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A tracer together with what it has seen. Made for one execution. */
export interface Recorder<Result extends JsonValue = JsonValue> {
  readonly tracer: Tracer;
  /** What was seen, in geth's shape. Call it after the execution and before its commit or the next execution. */
  result(execution: Execution): Result;
}

/**
 * How much a recorder keeps. When a limit is reached it records no more, and its result has `truncated: true`, which
 * geth's results do not have.
 */
export interface RecorderLimits {
  /** Steps or frames. */
  readonly maxItems: number;
  /** Bytes of the JSON, estimated. */
  readonly maxBytes: number;
}

/** Enough for any transaction people look at; a hostile one of 60 M gas can run a hundred times as many steps. */
export const defaultRecorderLimits: RecorderLimits = { maxItems: 250_000, maxBytes: 64 * 1024 * 1024 };
