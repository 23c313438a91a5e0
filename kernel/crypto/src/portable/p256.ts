import { p256 as curve } from "@noble/curves/nist.js";
import { concatBytes } from "@polis/codec";
import { isScalar } from "../primitives/ecdsa.ts";
import type { P256 } from "../primitives/types.ts";

const prefix = Uint8Array.of(4);

function verify(digest: Uint8Array, signature: Uint8Array, publicKey: Uint8Array, lowS: boolean): boolean {
  if (digest.length !== 32 || signature.length !== 64 || publicKey.length !== 64) return false;
  try {
    return curve.verify(signature, digest, concatBytes(prefix, publicKey), { prehash: false, lowS, format: "compact" });
  } catch {
    return false;
  }
}

/** P-256 in JavaScript. */
export const p256: P256 = {
  publicKey(secret) {
    if (secret.length !== 32 || !isScalar(secret, curve.Point.Fn.ORDER)) return undefined;
    return curve.getPublicKey(secret, false).subarray(1);
  },
  sign(digest, secret) {
    if (digest.length !== 32 || secret.length !== 32 || !isScalar(secret, curve.Point.Fn.ORDER)) return undefined;
    return curve.sign(digest, secret, { prehash: false, lowS: true, format: "compact" });
  },
  verify: (digest, signature, publicKey) => verify(digest, signature, publicKey, true),
  verifyAnyS: (digest, signature, publicKey) => verify(digest, signature, publicKey, false),
};
