import type { Halt } from "../seam/transaction.ts";

/** How geth words the end of a frame that did not succeed. */
const texts: Readonly<Record<Halt, string>> = {
  revert: "execution reverted",
  outOfGas: "out of gas",
  invalidOpcode: "invalid opcode",
  stackUnderflow: "stack underflow",
  stackOverflow: "stack limit reached 1024 (1023)",
  invalidJump: "invalid jump destination",
  staticWrite: "write protection",
  returnDataOutOfBounds: "return data out of bounds",
  depth: "max call depth exceeded",
  insufficientBalance: "insufficient balance for transfer",
  codeTooLarge: "max code size exceeded",
  codeStartsWithEF: "invalid code: must not begin with 0xef",
  addressCollision: "contract address collision",
  nonceOverflow: "nonce uint64 overflow",
  precompile: "precompiled contract failed",
};

/** Text of a halt in traces. */
export function haltText(halt: Halt): string {
  return texts[halt];
}
