import { addressOf, digestOf, readU256 } from "@polis/codec";
import type { AbiTuple, AbiType, AbiValues } from "./types.ts";

/** Types that may stand in calldata of the face. */
export type ArgumentType = Exclude<AbiType, "bool" | "string">;

/** Reads the value whose head stands at `at`; undefined when the bytes are not one. */
type Decoder<T extends ArgumentType> = (input: Uint8Array, at: number) => AbiValues[T] | undefined;

const decoders: { readonly [T in ArgumentType]: Decoder<T> } = {
  address: (input, at) => (isZero(input, at, at + 12) ? addressOf(input.subarray(at + 12, at + 32)) : undefined),
  bytes: decodeBytes,
  bytes32: (input, at) => digestOf(input.subarray(at, at + 32)),
  uint256: readU256,
  uint8: (input, at) => (isZero(input, at, at + 31) ? input[at + 31] : undefined),
};

/**
 * Reads the arguments of a call as Solidity's decoder does: bytes behind the arguments are ignored, missing ones, bits
 * above a type's width and dynamic values that reach beyond the end are refused. Total on any input.
 * @param input calldata behind the selector
 * @example decodeArguments(["address", "uint256"], input) // [to, value], or undefined
 */
export function decodeArguments<const T extends readonly ArgumentType[]>(
  types: T,
  input: Uint8Array,
): AbiTuple<T> | undefined {
  if (input.length < 32 * types.length) return undefined;
  const values: AbiValues[ArgumentType][] = [];
  for (let i = 0; i < types.length; i++) {
    const value = decoders[types[i]!](input, 32 * i);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values as unknown as AbiTuple<T>;
}

function decodeBytes(input: Uint8Array, at: number): Uint8Array | undefined {
  const start = readLength(input, at);
  if (start === undefined || start + 32 > input.length) return undefined;
  const length = readLength(input, start);
  if (length === undefined || start + 32 + length > input.length) return undefined;
  return input.subarray(start + 32, start + 32 + length);
}

/** An offset or a length; no larger one than 32 bits can lie inside calldata. */
function readLength(input: Uint8Array, at: number): number | undefined {
  if (!isZero(input, at, at + 28)) return undefined;
  return input[at + 28]! * 0x100_0000 + ((input[at + 29]! << 16) | (input[at + 30]! << 8) | input[at + 31]!);
}

function isZero(input: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (input[i] !== 0) return false;
  return true;
}
