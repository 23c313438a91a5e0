/**
 * Bytes of one slab, and the longest envelope that goes into one. A slab lives as long as any envelope in it, and a stranger
 * can see to it that only one small one stays: 50,000 of those in a pool then hold 200 MB, within the pool's own limit.
 */
const slabBytes = 4_096;
const maxShared = 1_024;

/** Keeps copies of small byte strings in few large buffers: thousands of buffers of their own cost the collector dear. */
export interface EnvelopeSlab {
  /** A copy of `bytes` that keeps no larger buffer alive than one slab. */
  keep(bytes: Uint8Array): Uint8Array;
}

/** Makes an empty slab; a full one is left to its envelopes and replaced. */
export function createEnvelopeSlab(): EnvelopeSlab {
  let slab = new Uint8Array(slabBytes);
  let at = 0;
  return {
    keep(bytes) {
      if (bytes.length > maxShared) return bytes.slice();
      if (at + bytes.length > slabBytes) {
        slab = new Uint8Array(slabBytes);
        at = 0;
      }
      slab.set(bytes, at);
      at += bytes.length;
      return slab.subarray(at - bytes.length, at);
    },
  };
}
