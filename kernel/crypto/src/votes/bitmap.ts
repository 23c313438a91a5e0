import type { ValidatorIndex } from "@polis/codec";

/** Length in bytes of a bitmap over `n` validators. */
export function bitmapBytes(n: number): number {
  return (n + 7) >> 3;
}

/** Sets bit i of byte i>>3, least significant first, for every signer (kairos 3.4). */
export function bitmapOf(signers: readonly ValidatorIndex[], n: number): Uint8Array {
  const bitmap = new Uint8Array(bitmapBytes(n));
  for (const signer of signers) {
    if (signer >= n) throw new RangeError(`no validator ${signer} among ${n}`);
    bitmap[signer >> 3]! |= 1 << (signer & 7);
  }
  return bitmap;
}

/** The set bits in ascending order, or undefined when the length is wrong or a bit at or above `n` is set. */
export function signersOf(bitmap: Uint8Array, n: number): readonly ValidatorIndex[] | undefined {
  if (bitmap.length !== bitmapBytes(n)) return undefined;
  const signers: ValidatorIndex[] = [];
  for (let i = 0; i < bitmap.length * 8; i++) {
    if (((bitmap[i >> 3]! >> (i & 7)) & 1) === 0) continue;
    if (i >= n) return undefined;
    signers.push(i as ValidatorIndex);
  }
  return signers;
}
