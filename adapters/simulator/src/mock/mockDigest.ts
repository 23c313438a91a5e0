import type { Digest } from "@polis/codec";
import { mix32 } from "../random/prng.ts";

function hexOf(lanes: readonly number[]): Digest {
  let text = "";
  for (const lane of lanes) text += mix32(lane).toString(16).padStart(8, "0");
  return text as Digest;
}

function lanesOf(length: number, unit: (i: number) => number): Digest {
  let a = length | 0;
  let b = 0x2545f491;
  let c = 0x6a09e667;
  let d = 0x3c6ef372;
  for (let i = 0; i < length; i++) {
    const value = unit(i);
    a = Math.imul(a ^ value, 0x9e3779b1);
    b = Math.imul((b ^ (a >>> 15)) + value, 0x85ebca77);
    c = (Math.imul(c + value, 0xc2b2ae3d) ^ (b >>> 13)) | 0;
    d = Math.imul(d ^ (c >>> 11) ^ a, 0x27d4eb2f);
  }
  return hexOf([a ^ d, b + c, c ^ (a >>> 7), d + b, a + c, b ^ d, c + (d >>> 9), d ^ (b >>> 5) ^ a]);
}

/** A cheap 32-byte fingerprint of bytes. Collisions do not happen by chance; nobody in a simulation searches for them. */
export function mockDigest(bytes: Uint8Array): Digest {
  return lanesOf(bytes.length, (i) => bytes[i]!);
}

/** The same of an ASCII text. */
export function mockTextDigest(text: string): Digest {
  return lanesOf(text.length, (i) => text.charCodeAt(i));
}

/** The first 32 bits of a digest's text form, as an integer. */
export function digestWord(digest: Digest | undefined): number {
  if (digest === undefined) return 0;
  let word = 0x811c9dc5;
  for (let i = 0; i < 16; i++) word = Math.imul(word ^ digest.charCodeAt(i), 0x01000193);
  return word;
}
