import type { FrameKind } from "../seam/tracer.ts";
import type { Halt } from "../seam/transaction.ts";

const halts: readonly Halt[] = [
  "revert",
  "outOfGas",
  "invalidOpcode",
  "stackUnderflow",
  "stackOverflow",
  "invalidJump",
  "staticWrite",
  "returnDataOutOfBounds",
  "depth",
  "insufficientBalance",
  "codeTooLarge",
  "codeStartsWithEF",
  "addressCollision",
  "nonceOverflow",
  "precompile",
];

/** Name of a HALT_ number of the kernel; undefined for a frame that ended well. */
export function haltOf(number: number): Halt | undefined {
  return halts[number - 1];
}

const kinds: readonly FrameKind[] = [
  "CALL",
  "CALLCODE",
  "DELEGATECALL",
  "STATICCALL",
  "CREATE",
  "CREATE2",
  "SELFDESTRUCT",
];

/** Name of a KIND_ number of the kernel. */
export function kindOf(number: number): FrameKind {
  return kinds[number]!;
}
