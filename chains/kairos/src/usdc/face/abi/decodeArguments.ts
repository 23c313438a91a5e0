import { addressOf, digestOf, readU256 } from "@polis/codec";
import type { BytesArgument, Calldata } from "./calldata.ts";
import type { AbiValues } from "./types.ts";

/** How each type that may stand in calldata of the face is handed to a method. */
export type ArgumentValues = Pick<AbiValues, "address" | "bytes32" | "uint256" | "uint8"> & {
  readonly bytes: BytesArgument;
};

/** Types that may stand in calldata of the face. */
export type ArgumentType = keyof ArgumentValues;

/** The arguments of a list of types. */
export type Arguments<T extends readonly ArgumentType[]> = { readonly [K in keyof T]: ArgumentValues[T[K]] };

/** Reads the value of a word; undefined when the bytes are not one. */
type Decoder<T extends ArgumentType> = (word: Uint8Array, calldata: Calldata) => ArgumentValues[T] | undefined;

const decoders: { readonly [T in ArgumentType]: Decoder<T> } = {
  address: (word) => (isZero(word, 12) ? addressOf(word.subarray(12)) : undefined),
  bytes: decodeBytes,
  bytes32: digestOf,
  uint256: (word) => readU256(word, 0),
  uint8: (word) => (isZero(word, 31) ? word[31] : undefined),
};

/**
 * Reads the arguments of a call as Solidity's decoder does: bytes behind the arguments are ignored, missing ones, bits
 * above a type's width and dynamic values that reach beyond the end are refused. Total on any input.
 * @example decodeArguments(["address", "uint256"], calldata) // [to, value], or undefined
 */
export function decodeArguments<const T extends readonly ArgumentType[]>(
  types: T,
  calldata: Calldata,
): Arguments<T> | undefined {
  const headBytes = 32 * types.length;
  if (calldata.length < headBytes) return undefined;
  const head = calldata.read(0, headBytes);
  const values: ArgumentValues[ArgumentType][] = [];
  for (let i = 0; i < types.length; i++) {
    const value = decoders[types[i]!](head.subarray(32 * i, 32 * i + 32), calldata);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values as unknown as Arguments<T>;
}

function decodeBytes(word: Uint8Array, calldata: Calldata): BytesArgument | undefined {
  const start = readLength(word);
  if (start === undefined || start + 32 > calldata.length) return undefined;
  const length = readLength(calldata.read(start, 32));
  if (length === undefined || start + 32 + length > calldata.length) return undefined;
  return { length, read: () => calldata.read(start + 32, length) };
}

/** An offset or a length; no larger one than 32 bits can lie inside calldata. */
function readLength(word: Uint8Array): number | undefined {
  if (!isZero(word, 28)) return undefined;
  return word[28]! * 0x100_0000 + ((word[29]! << 16) | (word[30]! << 8) | word[31]!);
}

/** True when the bytes of a word before `end` are all zero. */
function isZero(word: Uint8Array, end: number): boolean {
  for (let i = 0; i < end; i++) if (word[i] !== 0) return false;
  return true;
}
