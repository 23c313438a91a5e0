import { type Address, bytesToBigInt, bytesToHex0x } from "@polis/codec";
import type { Execution, Halt, Invalid } from "@polis/evm";
import { type ApiError, refusal } from "../api/method.ts";

/** Texts of halts, in the words that Ethereum's clients use where they have some. */
const haltTexts: Readonly<Record<Exclude<Halt, "revert">, string>> = {
  outOfGas: "out of gas",
  invalidOpcode: "invalid opcode",
  stackUnderflow: "stack underflow",
  stackOverflow: "stack limit reached 1024",
  invalidJump: "invalid jump destination",
  staticWrite: "write protection",
  returnDataOutOfBounds: "return data out of bounds",
  depth: "max call depth exceeded",
  insufficientBalance: "value cannot be moved: insufficient balance, a blacklisted account or paused transfers",
  codeTooLarge: "max code size exceeded",
  codeStartsWithEF: "invalid code: must not begin with 0xef",
  addressCollision: "contract address collision",
  nonceOverflow: "nonce uint64 overflow",
  precompile: "precompiled contract failed",
};

/** Codes of Solidity's `Panic(uint256)`. */
const panicTexts: ReadonlyMap<bigint, string> = new Map([
  [0x00n, "generic panic"],
  [0x01n, "assert(false)"],
  [0x11n, "arithmetic underflow or overflow"],
  [0x12n, "division or modulo by zero"],
  [0x21n, "enum overflow"],
  [0x22n, "invalid encoded storage byte array accessed"],
  [0x31n, "out-of-bounds array access; popping on an empty array"],
  [0x32n, "out-of-bounds access of an array or bytesN"],
  [0x41n, "out of memory"],
  [0x51n, "uninitialized function"],
]);

/**
 * What went wrong in an execution (kairos J6): code 3 with data and decoded reason for a revert, -32000 for a halt.
 * @returns undefined when it succeeded
 */
export function executionError(execution: Pick<Execution, "halt" | "output" | "status">): ApiError | undefined {
  const { halt, output, status } = execution;
  if (status === 1) return undefined;
  if (halt !== "revert") return refusal(-32000, halt === undefined ? "execution failed" : haltTexts[halt]).error;
  const reason = revertReason(output);
  const message = reason === undefined ? "execution reverted" : `execution reverted: ${reason}`;
  return refusal(3, message, bytesToHex0x(output)).error;
}

/** The refusal of a call that is not valid on its state; texts as Ethereum's clients give them. */
export function invalidCall(invalid: Invalid, from: Address, gas: bigint): ApiError {
  return refusal(-32000, invalidText(invalid, from, gas)).error;
}

function invalidText(invalid: Invalid, from: Address, gas: bigint): string {
  switch (invalid.why) {
    case "insufficientFunds": {
      const { have, want } = invalid;
      return `insufficient funds for gas * price + value: address 0x${from} have ${have} want ${want}`;
    }
    case "intrinsicGas":
      return `intrinsic gas too low: have ${gas}, want ${invalid.want}`;
    case "nonceTooLow":
    case "nonceTooHigh":
      return `${invalid.why === "nonceTooLow" ? "nonce too low" : "nonce too high"}: next nonce ${invalid.expected}`;
    case "nonceOverflow":
      return "nonce has max value";
    case "senderHasCode":
      return `sender not an eoa: address 0x${from}`;
    case "gasLimitTooHigh":
      return `gas limit too high: have ${gas}, max ${invalid.max}`;
    case "initCodeTooLarge":
      return "max initcode size exceeded";
    case "noAuthorizations":
      return "a set code transaction needs at least one authorization";
  }
}

const decoder = new TextDecoder();

/** The text of `Error(string)` or the meaning of `Panic(uint256)`; undefined for any other data. */
export function revertReason(output: Uint8Array): string | undefined {
  const selector = output.subarray(0, 4).toHex();
  if (selector === "4e487b71" && output.length === 36) {
    const code = bytesToBigInt(output.subarray(4));
    return panicTexts.get(code) ?? `unknown panic code: 0x${code.toString(16)}`;
  }
  if (selector !== "08c379a0" || output.length < 68) return undefined;
  const offset = bytesToBigInt(output.subarray(4, 36));
  const length = bytesToBigInt(output.subarray(36, 68));
  if (offset !== 32n || length > BigInt(output.length - 68)) return undefined;
  return decoder.decode(output.subarray(68, 68 + Number(length)));
}
