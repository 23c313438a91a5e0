import { hash } from "node:crypto";
import { createBLAKE3, createKeccak } from "hash-wasm";
import type { Hash } from "../primitives/types.ts";

// The WebAssembly instances are made once; each call then runs from init to digest without giving way to other code.
const keccakHasher = await createKeccak(256);
const blake3Hasher = await createBLAKE3(256);

/** Keccak-256 as Ethereum uses it: 32 bytes. */
export const keccak256: Hash = (data) => keccakHasher.init().update(data).digest("binary");

/** BLAKE3 without a key: 32 bytes. */
export const blake3: Hash = (data) => blake3Hasher.init().update(data).digest("binary");

/** SHA-256 (FIPS 180-4): 32 bytes. */
export const sha256: Hash = (data) => plain(hash("sha256", data, "buffer"));

/** SHA-512 (FIPS 180-4): 64 bytes. */
export const sha512: Hash = (data) => plain(hash("sha512", data, "buffer"));

/** A Buffer has methods of its own; callers get a Uint8Array on the same memory. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
