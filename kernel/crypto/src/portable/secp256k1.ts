import { secp256k1 as curve } from "@noble/curves/secp256k1.js";
import { concatBytes } from "@polis/codec";
import { hasLowS, isScalar, secp256k1HalfOrder } from "../primitives/ecdsa.ts";
import type { Secp256k1 } from "../primitives/types.ts";

const order = curve.Point.Fn.ORDER;
const prefix = Uint8Array.of(4);

function recoverAnyS(digest: Uint8Array, signature: Uint8Array, recovery: number): Uint8Array | undefined {
  if (digest.length !== 32 || signature.length !== 64 || (recovery !== 0 && recovery !== 1)) return undefined;
  try {
    const parsed = curve.Signature.fromBytes(signature, "compact").addRecoveryBit(recovery);
    return parsed.recoverPublicKey(digest).toBytes(false).subarray(1);
  } catch {
    return undefined;
  }
}

/** secp256k1 in JavaScript. */
export const secp256k1: Secp256k1 = {
  publicKey(secret) {
    if (secret.length !== 32 || !isScalar(secret, order)) return undefined;
    return curve.getPublicKey(secret, false).subarray(1);
  },
  sign(digest, secret) {
    if (digest.length !== 32 || secret.length !== 32 || !isScalar(secret, order)) return undefined;
    const signed = curve.sign(digest, secret, { prehash: false, lowS: true, format: "recovered" });
    if (signed[0]! > 1) return undefined;
    return { signature: signed.slice(1), recovery: signed[0] === 0 ? 0 : 1 };
  },
  verify(digest, signature, publicKey) {
    if (digest.length !== 32 || signature.length !== 64 || publicKey.length !== 64) return false;
    try {
      const key = concatBytes(prefix, publicKey);
      return curve.verify(signature, digest, key, { prehash: false, lowS: true, format: "compact" });
    } catch {
      return false;
    }
  },
  recover(digest, signature, recovery) {
    if (signature.length !== 64 || !hasLowS(signature, secp256k1HalfOrder)) return undefined;
    return recoverAnyS(digest, signature, recovery);
  },
  recoverAnyS,
};
