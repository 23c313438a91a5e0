import type { PoolTransaction } from "./types.ts";

/**
 * True if a transaction of the same sender and nonce pays enough to take the place of another (kairos M3): both its
 * fee cap and its tip are strictly greater, and by at least the bump, rounded up.
 * @param bumpPercent 10 by default
 */
export function mayReplace(next: PoolTransaction, old: PoolTransaction, bumpPercent: number): boolean {
  return next.feeCap >= leastBump(old.feeCap, bumpPercent) && next.tipCap >= leastBump(old.tipCap, bumpPercent);
}

function leastBump(old: bigint, bumpPercent: number): bigint {
  const bump = (old * BigInt(bumpPercent) + 99n) / 100n;
  return old + (bump > 0n ? bump : 1n);
}
