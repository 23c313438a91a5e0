import { fault, ok, type Result } from "../result.ts";
import type { RlpFault, RlpItem, RlpLimits } from "./types.ts";

/**
 * Decodes exactly one item that fills the input. Accepts only the canonical form: the shortest head, no single byte
 * below 0x80 behind a head, no trailing bytes. Byte strings are views into the input. Never throws (kairos K5).
 * @param limits bytes of the input, number of items and nesting depth
 * @example decodeRlp(Uint8Array.of(0xc2, 1, 0x80), { maxBytes: 100, maxItems: 10, maxDepth: 2 })
 */
export function decodeRlp(bytes: Uint8Array, limits: RlpLimits): Result<RlpItem, RlpFault> {
  if (bytes.length > limits.maxBytes) return fault("RLP_TOO_LONG");
  const run: Run = { bytes, at: 0, items: limits.maxItems, code: undefined };
  const item = readItem(run, bytes.length, limits.maxDepth);
  if (item === undefined) return fault(run.code ?? "RLP_TRUNCATED");
  if (run.at !== bytes.length) return fault("RLP_TRAILING");
  return ok(item);
}

/** As decodeRlp, for an outermost list. */
export function decodeRlpList(bytes: Uint8Array, limits: RlpLimits): Result<readonly RlpItem[], RlpFault> {
  const decoded = decodeRlp(bytes, limits);
  if (!decoded.ok) return decoded;
  return decoded.value instanceof Uint8Array ? fault("RLP_NOT_LIST") : ok(decoded.value);
}

/** One for all: half the fields of a payment are empty, and each view costs a hundred bytes. */
const empty = new Uint8Array(0);

interface Run {
  readonly bytes: Uint8Array;
  at: number;
  /** Items that may still be read. */
  items: number;
  code: RlpFault["code"] | undefined;
}

function readItem(run: Run, end: number, depth: number): RlpItem | undefined {
  const { bytes, at } = run;
  if (at >= end) return fail(run, "RLP_TRUNCATED");
  if (--run.items < 0) return fail(run, "RLP_TOO_MANY_ITEMS");
  const head = bytes[at]!;
  if (head < 0x80) {
    run.at = at + 1;
    return bytes.subarray(at, at + 1);
  }
  if (head === 0x80) {
    run.at = at + 1;
    return empty;
  }
  const isList = head >= 0xc0;
  const short = head - (isList ? 0xc0 : 0x80);
  const length = short < 56 ? short : readLength(run, short - 55, end);
  if (length < 0) return undefined;
  const start = short < 56 ? at + 1 : at + 1 + (short - 55);
  // Compared by subtraction, so that a huge length cannot overflow the sum.
  if (length > end - start) return fail(run, "RLP_TRUNCATED");
  run.at = start;
  if (isList) return readList(run, start + length, depth);
  if (length === 1 && bytes[start]! < 0x80) return fail(run, "RLP_NON_CANONICAL");
  run.at = start + length;
  return bytes.subarray(start, start + length);
}

/** The length after a long head, or -1 after a fault. Its size in bytes is 1..8. */
function readLength(run: Run, size: number, end: number): number {
  const first = run.at + 1;
  if (size > end - first) {
    fail(run, "RLP_TRUNCATED");
    return -1;
  }
  let length = 0;
  for (let i = 0; i < size; i++) length = length * 256 + run.bytes[first + i]!;
  if (run.bytes[first] === 0 || length < 56) {
    fail(run, "RLP_NON_CANONICAL");
    return -1;
  }
  return length;
}

function readList(run: Run, end: number, depth: number): RlpItem[] | undefined {
  if (depth <= 0) return fail(run, "RLP_TOO_DEEP");
  const items: RlpItem[] = [];
  while (run.at < end) {
    const item = readItem(run, end, depth - 1);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

function fail(run: Run, code: RlpFault["code"]): undefined {
  run.code = code;
  return undefined;
}
