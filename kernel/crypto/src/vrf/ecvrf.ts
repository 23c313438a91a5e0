import { vrf } from "../native/primitives.ts";
import type { VrfOutput } from "../primitives/types.ts";

/**
 * Proves the random output of a key for an input: ECVRF-EDWARDS25519-SHA512-TAI (RFC 9381, 5.1; kratos-core 1.4). The same
 * key and input always give the same output, and nobody without the key can tell it before.
 * @param secret the 32-byte Ed25519 seed; throws a RangeError on another length
 */
export function proveVrf(secret: Uint8Array, input: Uint8Array): VrfOutput {
  return vrf.prove(secret, input);
}

/**
 * The 64-byte output of a proof, or undefined when it is not the proof of this key for this input (RFC 9381, 5.3, with the
 * check of the key). Never throws.
 * @param publicKey 32 bytes
 * @param proof 80 bytes
 */
export function verifyVrf(publicKey: Uint8Array, input: Uint8Array, proof: Uint8Array): Uint8Array | undefined {
  return vrf.verify(publicKey, input, proof);
}
