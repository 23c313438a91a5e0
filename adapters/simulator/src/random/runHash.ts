import { mix32 } from "./prng.ts";

/** A running 128-bit fingerprint of everything that happened; equal histories give equal texts. */
export interface RunHash {
  /** Adds one integer below 2^53. */
  add(value: number): void;
  /** Adds a text, such as a digest. */
  addText(text: string): void;
  /** 32 hex characters. */
  hex(): string;
}

/** A fresh run hash. Not a cryptographic one: nobody attacks the simulator's own records. */
export function createRunHash(): RunHash {
  let a = 0x243f6a88;
  let b = 0x85a308d3 | 0;
  let c = 0x13198a2e;
  let d = 0x03707344;
  const add = (value: number): void => {
    const low = value | 0;
    a = Math.imul(a ^ low, 0x9e3779b1);
    b = Math.imul((b ^ (a >>> 15)) + low, 0x85ebca77);
    c = Math.imul(c ^ (b >>> 13) ^ Math.floor(value / 4294967296), 0xc2b2ae3d);
    d = (Math.imul(d ^ c, 0x27d4eb2f) + (a >>> 7)) | 0;
    a = (a + d) | 0;
  };
  return {
    add,
    addText: (text) => {
      add(text.length);
      for (let i = 0; i < text.length; i += 4) {
        add(
          text.charCodeAt(i) |
            (text.charCodeAt(i + 1) << 8) |
            (text.charCodeAt(i + 2) << 16) |
            (text.charCodeAt(i + 3) << 24),
        );
      }
    },
    hex: () => [a, b, c, d].map((word) => mix32(word).toString(16).padStart(8, "0")).join(""),
  };
}
