import type { Vote } from "../types.ts";

/** The partial signatures inside a voteSig, 96 bytes each (kairos 4.4). */
export interface Partials {
  readonly m: Uint8Array;
  /** Absent in a nullify. */
  readonly l: Uint8Array | undefined;
  /** Present when genesis has `randomness = "seed"`. */
  readonly seed: Uint8Array | undefined;
}

/** Lengths in bytes of the voteSig of each kind of vote. */
export function thresholdVoteSigBytes(seeded: boolean): { readonly notarize: number; readonly nullify: number } {
  const seed = seeded ? 96 : 0;
  return { notarize: 192 + seed, nullify: 96 + seed };
}

/** Views of the partials of a vote, or undefined when the length is not exact. */
export function splitVoteSig({ kind, sig }: Pick<Vote, "kind" | "sig">, seeded: boolean): Partials | undefined {
  if (sig.length !== thresholdVoteSigBytes(seeded)[kind]) return undefined;
  const seed = seeded ? sig.subarray(sig.length - 96) : undefined;
  return { m: sig.subarray(0, 96), l: kind === "notarize" ? sig.subarray(96, 192) : undefined, seed };
}
