import { createECDH, verify as opensslVerify } from "node:crypto";
import { bigIntToBytes, bytesToBigInt, concatBytes } from "@polis/codec";
import { p256 as portable } from "../portable/p256.ts";
import { isScalar } from "../primitives/ecdsa.ts";
import type { P256 } from "../primitives/types.ts";
import { sha256 } from "./hashes.ts";

/** The curve y² = x³ - 3x + b (FIPS 186-4, D.1.2.3). */
const prime = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const halfOrder = order >> 1n;

/** A SubjectPublicKeyInfo up to x ‖ y. */
const keyHead = Uint8Array.fromHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
const message = new Uint8Array(0);
const messageDigest = bytesToBigInt(sha256(message)) % order;
const baseMultiples = createECDH("prime256v1");

/**
 * Verifies by OpenSSL, which is a dozen times as fast as JavaScript but only takes messages that it hashes itself. With
 * C = ((digest - hash) / r)·G a signature of `digest` by Q is exactly a signature by Q + C of a message with that hash: both
 * checks compute the same point digest/s·G + r/s·Q.
 */
function verify(digest: Uint8Array, signature: Uint8Array, publicKey: Uint8Array, lowS: boolean): boolean {
  if (digest.length !== 32 || signature.length !== 64 || publicKey.length !== 64) return false;
  if (!isScalar(signature.subarray(0, 32), order) || !isScalar(signature.subarray(32), order)) return false;
  if (lowS && bytesToBigInt(signature.subarray(32)) > halfOrder) return false;
  const x = bytesToBigInt(publicKey.subarray(0, 32));
  const y = bytesToBigInt(publicKey.subarray(32));
  if (x >= prime || y >= prime || modulo(y * y - x * x * x + 3n * x - b, prime) !== 0n) return false;
  const r = bytesToBigInt(signature.subarray(0, 32));
  const factor = modulo((bytesToBigInt(digest) - messageDigest) * inverse(r, order), order);
  if (factor === 0n) return verifyMessage(signature, publicKey);
  baseMultiples.setPrivateKey(bigIntToBytes(factor, 32));
  const multiple = baseMultiples.getPublicKey();
  const otherX = bytesToBigInt(multiple.subarray(1, 33));
  // Doubling and cancelling need other formulas; nobody meets them by chance.
  if (otherX === x) return portable.verifyAnyS(digest, signature, publicKey);
  const otherY = bytesToBigInt(multiple.subarray(33));
  const slope = modulo((otherY - y) * inverse(modulo(otherX - x, prime), prime), prime);
  const sumX = modulo(slope * slope - x - otherX, prime);
  const sumY = modulo(slope * (x - sumX) - y, prime);
  return verifyMessage(signature, concatBytes(bigIntToBytes(sumX, 32), bigIntToBytes(sumY, 32)));
}

function verifyMessage(signature: Uint8Array, publicKey: Uint8Array): boolean {
  const key = Buffer.from(concatBytes(keyHead, publicKey));
  return opensslVerify("sha256", message, { key, format: "der", type: "spki", dsaEncoding: "ieee-p1363" }, signature);
}

function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

/** Extended Euclid; `value` is in 1..modulus-1 and the modulus prime. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, next, factor, nextFactor] = [value, modulus, 1n, 0n];
  while (rest > 1n) {
    const quotient = next / rest;
    [next, rest] = [rest, next - quotient * rest];
    [nextFactor, factor] = [factor, nextFactor - quotient * factor];
  }
  return modulo(factor, modulus);
}

/** P-256 with OpenSSL's verification; keys and signatures, which are rare, by the library. */
export const p256: P256 = {
  publicKey: portable.publicKey,
  sign: portable.sign,
  verify: (digest, signature, publicKey) => verify(digest, signature, publicKey, true),
  verifyAnyS: (digest, signature, publicKey) => verify(digest, signature, publicKey, false),
};
