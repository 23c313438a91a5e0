import { bls } from "../native/primitives.ts";
import { signBytes, verifyBytes } from "../votes/identity.ts";
import { encodeBindingPayload } from "../votes/payloads.ts";

/**
 * Binds a validator's p2p key to its BLS key: 96 bytes (kairos 3.3).
 * @param chainId EIP-155 number
 * @param p2pPublicKey 32 bytes, Ed25519
 * @param secret 32 bytes, BLS
 */
export function signBinding(chainId: number, p2pPublicKey: Uint8Array, secret: Uint8Array): Uint8Array {
  if (p2pPublicKey.length !== 32) throw new RangeError("an Ed25519 public key has 32 bytes");
  return signBytes(encodeBindingPayload(chainId, p2pPublicKey), secret);
}

/** Verifies a binding; false on anything malformed. */
export function verifyBinding(
  chainId: number,
  p2pPublicKey: Uint8Array,
  blsPublicKey: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (p2pPublicKey.length !== 32) return false;
  return verifyBytes(bls.parsePublicKey(blsPublicKey), () => encodeBindingPayload(chainId, p2pPublicKey), signature);
}
