import { bytesToBigInt, compareBytes } from "@polis/codec";

/** Half of the group order of secp256k1, rounded down: the largest accepted s (EIP-2). */
export const secp256k1HalfOrder = Uint8Array.fromHex(
  "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0",
);

/** True when the s of r ‖ s is at most `halfOrder`, so that no second signature of the same content exists (kairos 3.1). */
export function hasLowS(signature: Uint8Array, halfOrder: Uint8Array): boolean {
  return compareBytes(signature.subarray(32, 64), halfOrder) <= 0;
}

/** True when the bytes are an integer in 1..order-1. */
export function isScalar(bytes: Uint8Array, order: bigint): boolean {
  const value = bytesToBigInt(bytes);
  return value > 0n && value < order;
}
