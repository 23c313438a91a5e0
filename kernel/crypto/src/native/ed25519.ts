import { crypto_sign_detached, crypto_sign_seed_keypair, crypto_sign_verify_detached } from "sodium-native";
import type { Ed25519 } from "../primitives/types.ts";

/**
 * Ed25519 by libsodium, whose verifier is the acceptance rule itself (kairos K3). The tests prove that the installed build
 * does not multiply by the cofactor.
 */
export const ed25519: Ed25519 = {
  publicKey(secret) {
    return expand(secret).slice(32);
  },
  sign(message, secret) {
    const signature = new Uint8Array(64);
    crypto_sign_detached(signature, message, secret.length === 64 ? secret : expand(secret));
    return signature;
  },
  verify(message, signature, publicKey) {
    if (signature.length !== 64 || publicKey.length !== 32) return false;
    return crypto_sign_verify_detached(signature, message, publicKey);
  },
};

/** seed ‖ public key. */
function expand(seed: Uint8Array): Uint8Array {
  if (seed.length !== 32) throw new RangeError("an Ed25519 seed has 32 bytes");
  const publicKey = new Uint8Array(32);
  const secret = new Uint8Array(64);
  crypto_sign_seed_keypair(publicKey, secret, seed);
  return secret;
}
