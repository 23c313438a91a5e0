import { ed25519 as curve } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { bytesToBigInt, concatBytes, equalBytes } from "@polis/codec";
import type { Ed25519 } from "../primitives/types.ts";

const { Point } = curve;
const order = Point.Fn.ORDER;

/**
 * Ed25519 in JavaScript. The library's own verifier multiplies by the cofactor even in its strict mode, so this one compares
 * the encoding of S·B - h·A with R byte for byte (kairos K3).
 */
export const ed25519: Ed25519 = {
  publicKey(secret) {
    if (secret.length !== 32) throw new RangeError("an Ed25519 seed has 32 bytes");
    return curve.getPublicKey(secret);
  },
  sign(message, secret) {
    if (secret.length !== 32 && secret.length !== 64) throw new RangeError("an Ed25519 secret has 32 or 64 bytes");
    return curve.sign(message, secret.subarray(0, 32));
  },
  verify(message, signature, publicKey) {
    if (signature.length !== 64 || publicKey.length !== 32) return false;
    const encodedR = signature.subarray(0, 32);
    const s = littleEndian(signature.subarray(32));
    if (s >= order) return false;
    const a = parseKey(publicKey);
    if (a === undefined) return false;
    const h = littleEndian(sha512(concatBytes(encodedR, publicKey, message))) % order;
    const r = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(h));
    return !r.isSmallOrder() && equalBytes(r.toBytes(), encodedR);
  },
};

/** A canonical encoding of a point that is not of small order. */
function parseKey(bytes: Uint8Array): InstanceType<typeof Point> | undefined {
  try {
    const point = Point.fromBytes(bytes, false);
    return point.isSmallOrder() ? undefined : point;
  } catch {
    return undefined;
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytesToBigInt(bytes.slice().reverse());
}
