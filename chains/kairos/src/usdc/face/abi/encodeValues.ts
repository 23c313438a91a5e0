import { hexInto, writeU32, writeU256 } from "@polis/codec";
import type { AbiTuple, AbiType, AbiValues } from "./types.ts";

/** Writes a value of a static type into the zeroed word at `at`. */
type Writer<T extends AbiType> = (out: Uint8Array, at: number, value: AbiValues[T]) => void;

const writers: { readonly [T in Exclude<AbiType, "bytes" | "string">]: Writer<T> } = {
  address: (out, at, value) => hexInto(out, at + 12, value),
  bool: (out, at, value) => {
    out[at + 31] = value ? 1 : 0;
  },
  bytes32: (out, at, value) => hexInto(out, at, value),
  uint256: writeU256,
  uint8: (out, at, value) => {
    out[at + 31] = value;
  },
};

const text = new TextEncoder();

/**
 * ABI encoding of a tuple: heads, then dynamic values padded to words.
 * @param prefix bytes before the encoding, for a selector
 * @example encodeValues(["string"], ["USDC"])
 */
export function encodeValues<const T extends readonly AbiType[]>(
  types: T,
  values: AbiTuple<T>,
  prefix: Uint8Array = none,
): Uint8Array {
  const contents = types.map((type, i) => contentOf(type, values[i]!));
  const tails = contents.reduce((sum, content) => sum + (content === undefined ? 0 : 32 + paddedLength(content)), 0);
  const encoded = new Uint8Array(prefix.length + 32 * types.length + tails);
  encoded.set(prefix);
  const out = encoded.subarray(prefix.length);
  let tail = 32 * types.length;
  types.forEach((type, i) => {
    const content = contents[i];
    if (content === undefined) {
      (writers[type as keyof typeof writers] as Writer<AbiType>)(out, 32 * i, values[i]!);
      return;
    }
    writeU32(out, 32 * i + 28, tail);
    writeU32(out, tail + 28, content.length);
    out.set(content, tail + 32);
    tail += 32 + paddedLength(content);
  });
  return encoded;
}

const none = new Uint8Array(0);

/** The bytes of a dynamic value; undefined for a static one. */
function contentOf(type: AbiType, value: AbiValues[AbiType]): Uint8Array | undefined {
  if (type === "bytes") return value as Uint8Array;
  return type === "string" ? text.encode(value as string) : undefined;
}

function paddedLength(content: Uint8Array): number {
  return Math.ceil(content.length / 32) * 32;
}
