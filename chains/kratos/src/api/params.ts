import type { Digest } from "@polis/codec";
import type { SignedTransaction } from "../transaction/transaction.ts";
import { readSignedTransaction } from "./callJson.ts";
import type { Param } from "./method.ts";
import { readBytes, readCounter, ShapeError } from "./shape.ts";

const MAX_KEY_BYTES = 256;
const BYTE_ARRAY_NODES = 1_024;
/** A signed transaction of the largest size, written as an array of byte values. */
const TRANSACTION_NODES = 262_144;

/** An account or a hash. */
export function hash32(name: string): Param<Digest> {
  const form = "32 bytes as hex, 0x-prefixed or bare, or as an array of byte values";
  const read = (value: unknown, path: string) => readBytes(value, path, 32, 32).toHex() as Digest;
  return { name, type: "json", maxNodes: BYTE_ARRAY_NODES, form, read };
}

/** A block number or another count. @param max largest, 2^53 − 1 when left out */
export function counter(name: string, max: number = Number.MAX_SAFE_INTEGER): Param<number> {
  const form = `an integer from 0 to ${max}`;
  return {
    ...{ name, type: "json", maxNodes: 1, form },
    read(value, path) {
      const number = readCounter(value, path);
      if (number > max) throw new ShapeError(path, form);
      return number;
    },
  };
}

/** A block: its number, `"latest"`, or its hash. Decoded is a number, `"latest"` or a hash with its kind. */
export const anyBlock: Param<number | "latest" | { readonly hash: Digest }> = {
  ...{ name: "block", type: "json", maxNodes: BYTE_ARRAY_NODES, form: 'a number, "latest", or a hash' },
  read(value, path) {
    if (value === "latest") return value;
    if (typeof value === "number") return readCounter(value, path);
    return { hash: hash32(path).read(value, path) };
  },
};

/** The key of an entry of the state (kratos-core 3.4). */
export const entryKey: Param<Uint8Array> = {
  ...{ name: "key", type: "json", maxNodes: BYTE_ARRAY_NODES },
  form: `at most ${MAX_KEY_BYTES} bytes as hex or as an array of byte values`,
  read: (value, path) => readBytes(value, path, undefined, MAX_KEY_BYTES),
};

/** A signed transaction (kratos-core 2.8). */
export const signedTransaction: Param<SignedTransaction> = {
  ...{ name: "transaction", type: "json", maxNodes: TRANSACTION_NODES },
  form: "an object with transaction {sender, nonce, call, timestamp} and signature",
  read: readSignedTransaction,
};
