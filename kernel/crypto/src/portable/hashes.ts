import { blake3 as nobleBlake3 } from "@noble/hashes/blake3.js";
import { sha256 as nobleSha256, sha512 as nobleSha512 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import type { Hash } from "../primitives/types.ts";

/** Keccak-256 as Ethereum uses it: 32 bytes. */
export const keccak256: Hash = (data) => keccak_256(data);

/** BLAKE3 without a key: 32 bytes. */
export const blake3: Hash = (data) => nobleBlake3(data);

/** SHA-256 (FIPS 180-4): 32 bytes. */
export const sha256: Hash = (data) => nobleSha256(data);

/** SHA-512 (FIPS 180-4): 64 bytes. */
export const sha512: Hash = (data) => nobleSha512(data);
