import { scrypt as nobleScrypt } from "@noble/hashes/scrypt.js";
import { bigIntToBytes, bytesToBigInt, concatBytes, equalBytes, writeU32 } from "@polis/codec";
import type { Aes256Gcm, Scrypt } from "../primitives/types.ts";
import { createAes256 } from "./aesBlock.ts";

/** scrypt in JavaScript. */
export const scrypt: Scrypt = (password, salt, { n, r, p }) =>
  nobleScrypt(password, salt, { N: n, r, p, dkLen: 32, maxmem: 128 * r * (n + p + 2) + 1024 });

type Block = (block: Uint8Array) => Uint8Array;

/** AES-256-GCM in JavaScript, for key files of a few bytes: see createAes256 for where it may run. */
export const aes256Gcm: Aes256Gcm = {
  seal(key, iv, plaintext, additional) {
    if (iv.length !== 12) throw new RangeError("an AES-256-GCM iv has 12 bytes");
    const encrypt = createAes256(key);
    const ciphertext = counterMode(encrypt, iv, plaintext);
    return { ciphertext, tag: tagOf(encrypt, iv, ciphertext, additional) };
  },
  open(key, iv, { ciphertext, tag }, additional) {
    if (key.length !== 32 || iv.length !== 12 || tag.length !== 16) return undefined;
    const encrypt = createAes256(key);
    if (!equalBytes(tagOf(encrypt, iv, ciphertext, additional), tag)) return undefined;
    return counterMode(encrypt, iv, ciphertext);
  },
};

/** The counter block `iv ‖ count`. */
function counterBlock(iv: Uint8Array, count: number): Uint8Array {
  const block = new Uint8Array(16);
  block.set(iv);
  writeU32(block, 12, count);
  return block;
}

/** Data is encrypted from count 2 on; count 1 belongs to the tag. */
function counterMode(encrypt: Block, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const out = data.slice();
  for (let at = 0; at < out.length; at += 16) {
    const stream = encrypt(counterBlock(iv, 2 + at / 16));
    for (let i = at; i < Math.min(at + 16, out.length); i++) out[i]! ^= stream[i - at]!;
  }
  return out;
}

function tagOf(encrypt: Block, iv: Uint8Array, ciphertext: Uint8Array, additional: Uint8Array): Uint8Array {
  const hashKey = bytesToBigInt(encrypt(new Uint8Array(16)));
  const lengths = (BigInt(additional.length * 8) << 64n) | BigInt(ciphertext.length * 8);
  const text = concatBytes(padded(additional), padded(ciphertext), bigIntToBytes(lengths, 16));
  let sum = 0n;
  for (let at = 0; at < text.length; at += 16) {
    sum = multiply(sum ^ bytesToBigInt(text.subarray(at, at + 16)), hashKey);
  }
  return bigIntToBytes(sum ^ bytesToBigInt(encrypt(counterBlock(iv, 1))), 16);
}

function padded(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(data.length / 16) * 16);
  out.set(data);
  return out;
}

/** Multiplication in GF(2^128) with the bit order of GCM: the highest bit is the coefficient of 1. */
function multiply(x: bigint, y: bigint): bigint {
  let product = 0n;
  let shifted = y;
  for (let bit = 127n; bit >= 0n; bit--) {
    if (((x >> bit) & 1n) === 1n) product ^= shifted;
    shifted = (shifted & 1n) === 1n ? (shifted >> 1n) ^ (0xe1n << 120n) : shifted >> 1n;
  }
  return product;
}
