import { bls12_381 } from "@noble/curves/bls12-381.js";
import { bls } from "../native/primitives.ts";
import { blsPossessionDst } from "../primitives/blsSuites.ts";

const { longSignatures } = bls12_381;

/**
 * Proves possession of a BLS secret key: a signature over its own public key in a suite of its own, 96 bytes (kairos 3.1).
 * It is what makes summing keys safe (K9). Throws a RangeError on a secret outside 1..r-1. The native library has no other
 * suite than that of votes, so this takes the portable one (tens of milliseconds, once per validator).
 */
export function provePossession(secret: Uint8Array): Uint8Array {
  const publicKey = bls.publicKey(secret);
  if (publicKey === undefined) throw new RangeError("a BLS secret key must be in 1..r-1");
  return longSignatures.sign(longSignatures.hash(publicKey, blsPossessionDst), secret).toBytes(true);
}

/** Verifies a proof of possession of a 48-byte public key; false on anything malformed. */
export function verifyPossession(publicKey: Uint8Array, proof: Uint8Array): boolean {
  if (bls.parsePublicKey(publicKey) === undefined || bls.parseSignature(proof) === undefined) return false;
  return longSignatures.verify(proof, longSignatures.hash(publicKey, blsPossessionDst), publicKey);
}
