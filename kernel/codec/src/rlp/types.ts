import type { Fault } from "../result.ts";

/** An RLP item: a byte string or a list of items (Ethereum yellow paper, appendix B). */
export type RlpItem = Uint8Array | readonly RlpItem[];

/** What reading RLP can report. */
export type RlpFault = Fault<
  | "RLP_TOO_LONG"
  | "RLP_TRUNCATED"
  | "RLP_TRAILING"
  | "RLP_NON_CANONICAL"
  | "RLP_TOO_DEEP"
  | "RLP_TOO_MANY_ITEMS"
  | "RLP_NOT_BYTES"
  | "RLP_NOT_LIST"
  | "RLP_INTEGER"
>;

/** Limits of one decode. `maxItems` counts byte strings and lists, the outermost included; a flat list has depth 1. */
export interface RlpLimits {
  readonly maxBytes: number;
  readonly maxItems: number;
  readonly maxDepth: number;
}
