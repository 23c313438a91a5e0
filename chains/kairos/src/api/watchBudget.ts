import type { KairosBackend } from "./backend.ts";
import type { LogCriteria } from "./logCriteria.ts";

/** Addresses and topics in one filter or subscription that lasts. */
export const maxWatchedEach = 256;
/** Addresses and topics of all subscriptions of a node together: what is kept and compared for every block. */
const maxWatched = 100_000;

const used = new WeakMap<KairosBackend, number>();

/** How many addresses and topics criteria name. */
export function watchSize({ addresses, topics }: LogCriteria): number {
  return addresses.length + topics.reduce((sum, group) => sum + group.length, 0);
}

/**
 * Takes room for a subscription's criteria.
 * @returns how to give it back, or undefined when there is none left
 */
export function takeWatch(node: KairosBackend, criteria: LogCriteria): (() => void) | undefined {
  const size = watchSize(criteria);
  const before = used.get(node) ?? 0;
  if (size > maxWatchedEach || before + size > maxWatched) return undefined;
  used.set(node, before + size);
  return () => used.set(node, used.get(node)! - size);
}
