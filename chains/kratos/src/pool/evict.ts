import type { CallClass } from "../runtime/call.ts";
import type { PoolEntry } from "./types.ts";

/**
 * Who leaves a full pool for a newcomer (kratos-core 2.7 (8)): the lowest fee, the newest among equals, and only when it is
 * lower than the newcomer's. While exits hold less than a tenth, they stay, and take the place of another class.
 * @param exits transactions of class X in the pool
 * @param capacity of the pool
 * @returns undefined when the newcomer is the one that stays out
 */
export function chooseVictim(
  entries: Iterable<PoolEntry>,
  newcomer: { readonly class: CallClass; readonly fee: bigint },
  exits: number,
  capacity: number,
): PoolEntry | undefined {
  const isReserved = exits * 10 < capacity;
  let lowest: PoolEntry | undefined;
  for (const entry of entries) {
    if (isReserved && entry.class === "X") continue;
    if (lowest === undefined || entry.fee < lowest.fee || (entry.fee === lowest.fee && entry.order > lowest.order)) {
      lowest = entry;
    }
  }
  if (lowest === undefined) return undefined;
  if (isReserved && newcomer.class === "X") return lowest;
  return lowest.fee < newcomer.fee ? lowest : undefined;
}
