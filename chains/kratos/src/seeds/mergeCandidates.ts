import { type RandomBelow, shuffled } from "./shuffle.ts";

/** Most addresses that a lookup gives: as many as a node has peers (kratos-core 12.2). */
export const MAX_CANDIDATES = 50;

/** What one seed offers, by all of its ways. */
export interface SeedOffer {
  readonly seed: string;
  readonly addresses: readonly string[];
}

/**
 * Merges what the seeds offer with the fallback bootnodes, which are always in (kratos-core 12.2, 12.6). No seed fills more
 * than half of the places; when several seeds offer something, none fills more than half of what comes out either. A seed that
 * is alone is held to half of the places only, because every list would be empty otherwise. An address counts for the first
 * seed that gave it.
 */
export function mergeCandidates(
  offers: readonly SeedOffer[],
  fallbackBootnodes: readonly string[],
  random: RandomBelow,
): string[] {
  const bootnodes = [...new Set(fallbackBootnodes)].slice(0, MAX_CANDIDATES);
  const seen = new Set(bootnodes);
  const queues = shuffled(offers, random)
    .map(({ addresses }) => shuffled([...new Set(addresses)], random).filter((one) => !seen.has(one)))
    .filter((addresses) => addresses.length > 0);
  const taken = takeInTurn(queues, MAX_CANDIDATES - bootnodes.length, seen);
  if (queues.length > 1) cutToHalf(taken, bootnodes.length);
  return [...bootnodes, ...taken.flat()];
}

/** One address of each in turn, up to the number of places and to half of all places for each. */
function takeInTurn(queues: readonly (readonly string[])[], places: number, seen: Set<string>): string[][] {
  const taken = queues.map((): string[] => []);
  const half = Math.floor(MAX_CANDIDATES / 2);
  const depth = Math.max(0, ...queues.map(({ length }) => length));
  let left = places;
  for (let i = 0; i < depth; i++) {
    for (const [q, queue] of queues.entries()) {
      const address = queue[i];
      if (address === undefined || left === 0 || seen.has(address) || taken[q]!.length >= half) continue;
      seen.add(address);
      taken[q]!.push(address);
      left -= 1;
    }
  }
  return taken;
}

/** Shortens the longest until it is no more than half of everything. */
function cutToHalf(taken: readonly string[][], bootnodes: number): void {
  const longest = taken.reduce((a, b) => (b.length > a.length ? b : a));
  const others = taken.reduce((sum, { length }) => sum + length, bootnodes) - longest.length;
  longest.length = Math.min(longest.length, others);
}
