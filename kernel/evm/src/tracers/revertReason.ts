import { bytesToBigInt } from "@polis/codec";

/** Codes of Solidity's `Panic(uint256)`. */
const panics: ReadonlyMap<bigint, string> = new Map([
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

const decoder = new TextDecoder();

/**
 * The text of `Error(string)` or the meaning of `Panic(uint256)`.
 * @param output what a frame reverted with
 * @returns undefined for any other data
 */
export function revertReason(output: Uint8Array): string | undefined {
  const selector = output.subarray(0, 4).toHex();
  if (selector === "4e487b71" && output.length >= 36) {
    const code = bytesToBigInt(output.subarray(4, 36));
    return panics.get(code) ?? `unknown panic code: 0x${code.toString(16)}`;
  }
  if (selector !== "08c379a0" || output.length < 68) return undefined;
  const offset = bytesToBigInt(output.subarray(4, 36));
  const length = bytesToBigInt(output.subarray(36, 68));
  if (offset !== 32n || length > BigInt(output.length - 68)) return undefined;
  return decoder.decode(output.subarray(68, 68 + Number(length)));
}
