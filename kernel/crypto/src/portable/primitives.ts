/** The portable provider, in the place of the native one when the package is bundled for a browser. */
import type { Aes256Gcm, Bls, Ed25519, Hash, P256, Scrypt, Secp256k1, Vrf } from "../primitives/types.ts";
import { bls as ownBls } from "./bls.ts";
import { ed25519 as ownEd25519 } from "./ed25519.ts";
import * as hashes from "./hashes.ts";
import * as ciphers from "./keyFileCiphers.ts";
import { p256 as nobleP256 } from "./p256.ts";
import { secp256k1 as ownSecp256k1 } from "./secp256k1.ts";
import { vrf as ownVrf } from "./vrf.ts";

/** Keccak-256 as Ethereum uses it: 32 bytes. */
export const keccak256: Hash = hashes.keccak256;
/** BLAKE3 without a key: 32 bytes. */
export const blake3: Hash = hashes.blake3;
/** SHA-256: 32 bytes. */
export const sha256: Hash = hashes.sha256;
/** SHA-512: 64 bytes. */
export const sha512: Hash = hashes.sha512;
/** Ed25519 with the strict rule of kairos K3. */
export const ed25519: Ed25519 = ownEd25519;
/** The verifiable random function of KratOs (RFC 9381). */
export const vrf: Vrf = ownVrf;
/** ECDSA of EVM transactions. */
export const secp256k1: Secp256k1 = ownSecp256k1;
/** ECDSA of passkeys. */
export const p256: P256 = nobleP256;
/** Consensus votes and proposals. */
export const bls: Bls = ownBls;
/** The cipher of key files. */
export const aes256Gcm: Aes256Gcm = ciphers.aes256Gcm;
/** The key derivation of key files. */
export const scrypt: Scrypt = ciphers.scrypt;
