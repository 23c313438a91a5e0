/** Views that the ring holds; a view lives in slot `view % ringSlots` (kairos V2). */
export const ringSlots = 256;

/** Words of the ring's header. 64-bit numbers take two words, the high one first. */
export const head = {
  /** Odd while a writer is inside; equal before and after a good read. */
  sequence: 0,
  currentView: 2,
  finalizedView: 4,
  finalizedHeight: 6,
  mNotarizations: 8,
  lNotarizations: 10,
  nullifications: 12,
  cascades: 14,
  words: 16,
} as const;

/** Words of a slot, from the slot's first word. The bitmap of the nullifies and the digests follow. */
export const slot = {
  sequence: 0,
  /** 1 when the slot holds a view. */
  used: 1,
  view: 2,
  /** Validator index, or -1 while unknown. */
  leader: 4,
  /** Certified nullifies: a quorum once a certificate without signers is known. */
  nullifyFloor: 5,
  startedAt: 6,
  mNotarizedAt: 8,
  lNotarizedAt: 10,
  nullifiedAt: 12,
  /** Bits of `slotFlags`. */
  flags: 14,
  digests: 15,
  words: 16,
} as const;

/** Bits of a slot's flags. */
export const slotFlags = { finalAsAncestor: 1, cascade: 2 } as const;

/** Words of one digest of a slot; the bitmap of its voters follows. */
export const digestWords = {
  /** Bits of `digestFlags`; 0 when only votes name the digest. */
  flags: 0,
  voteFloor: 1,
  transactions: 2,
  height: 3,
  hash: 5,
  words: 13,
} as const;

/** Bits of a digest's flags. */
export const digestFlags = { proposed: 1, certified: 2, final: 4 } as const;

/** Where everything of a ring is, in 32-bit words. */
export interface RingLayout {
  readonly n: number;
  readonly bitmapWords: number;
  /** Digests that a slot can hold: each faulty validator can name two, and there is the leader's own. */
  readonly digestsMax: number;
  readonly digestStride: number;
  readonly slotStride: number;
  readonly words: number;
}

/** More faulty digests of one view than this are not told apart. */
const digestsLimit = 16;

/**
 * The layout of a ring for n validators of which f may be faulty.
 * @example layoutOf(6, 1).words * 4 // bytes of shared memory
 */
export function layoutOf(n: number, f: number): RingLayout {
  const bitmapWords = Math.ceil(Math.max(1, n) / 32);
  const digestsMax = Math.min(2 * f + 2, digestsLimit);
  const digestStride = digestWords.words + bitmapWords;
  const slotStride = slot.words + bitmapWords + digestsMax * digestStride;
  return { n, bitmapWords, digestsMax, digestStride, slotStride, words: head.words + ringSlots * slotStride };
}

/** The shared memory of a ring, all zero. */
export function createRing(layout: RingLayout): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(layout.words * 4));
}

/** First word of the slot of a view. */
export function slotAt(layout: RingLayout, view: number): number {
  return head.words + (view % ringSlots) * layout.slotStride;
}
