import type { Digest } from "@polis/codec";
import type { VoterSet } from "../seam/types.ts";

/** Voters that announce what a round made final. */
const ANNOUNCERS = 3;

/**
 * Whether a voter announces the justifications of a round: three of a set do, in turn. Everybody heard the same votes and can
 * prove the same block; of 101 voters each would send 14 kB in every round (kratos-core 7.5 (5)). Who missed it finds it in the
 * next block, or asks.
 */
export function announces({ voters }: Pick<VoterSet, "voters">, self: Digest | undefined, round: number): boolean {
  const index = self === undefined ? -1 : voters.indexOf(self);
  if (index < 0) return false;
  return (((index - round) % voters.length) + voters.length) % voters.length < ANNOUNCERS;
}
