/** Deterministic randomness from integers only: the same seed gives the same draws on every engine. */
export interface Prng {
  /** A uniform integer in 0..2^32-1. */
  u32(): number;
  /** A uniform integer in 0..limit-1; `limit` is in 1..2^21. */
  below(limit: number): number;
  /** A uniform integer in low..high, both included; the width is at most 2^21. */
  between(low: number, high: number): number;
  /** True in `perMille` of 1000 draws. */
  chance(perMille: number): boolean;
  /** An independent generator named by `label`: drawing from it does not disturb this one. */
  fork(label: number): Prng;
  /** 65536 times a standard normal deviate, from the sum of twelve 16-bit uniforms (cut at six deviations). */
  normal16(): number;
  /** A random element. Throws on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy (Fisher-Yates). */
  shuffled<T>(items: readonly T[]): T[];
  /** `length` random bytes. */
  bytes(length: number): Uint8Array;
}

/** One round of a 32-bit finalizer: every input bit reaches every output bit. */
export function mix32(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/**
 * A small fast counting generator of 128 bits (sfc32), seeded by one integer below 2^53 and a label.
 * @example createPrng(42).below(6)
 */
export function createPrng(seed: number, label = 0): Prng {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError("a seed is an integer in 0..2^53-1");
  let a = mix32((seed % 4294967296) | 0);
  let b = mix32(Math.floor(seed / 4294967296) ^ 0x9e3779b9);
  let c = mix32(label ^ 0x85ebca6b);
  let counter = 1;
  const u32 = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 15; i++) u32();
  const below = (limit: number): number => Math.floor((u32() * limit) / 4294967296);
  return {
    u32,
    below,
    between: (low, high) => low + below(high - low + 1),
    chance: (perMille) => below(1000) < perMille,
    fork: (next) => createPrng(seed, mix32(label + 1) ^ mix32(next + 0x1000)),
    normal16: () => {
      let sum = 0;
      for (let i = 0; i < 6; i++) {
        const draw = u32();
        sum += (draw & 0xffff) + (draw >>> 16);
      }
      return sum - 393_210;
    },
    pick: (items) => {
      if (items.length === 0) throw new RangeError("nothing to pick from");
      return items[below(items.length)]!;
    },
    shuffled: (items) => {
      const copy = items.slice();
      for (let i = copy.length - 1; i > 0; i--) {
        const j = below(i + 1);
        const held = copy[i]!;
        copy[i] = copy[j]!;
        copy[j] = held;
      }
      return copy;
    },
    bytes: (length) => Uint8Array.from({ length }, () => u32() & 0xff),
  };
}
