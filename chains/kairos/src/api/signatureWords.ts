import { bytesToBigInt, quantityOf } from "@polis/codec";

/** r and s of a signature as quantities. `signature` begins with r and s, 32 bytes each. */
export function signatureWords(signature: Uint8Array): { readonly r: string; readonly s: string } {
  return {
    r: quantityOf(bytesToBigInt(signature.subarray(0, 32))),
    s: quantityOf(bytesToBigInt(signature.subarray(32, 64))),
  };
}
