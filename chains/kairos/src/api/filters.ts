import type { Digest, Height } from "@polis/codec";
import type { ApiEvents } from "./events.ts";
import type { ApiLimits } from "./limits.ts";
import type { LogCriteria } from "./logCriteria.ts";

/** A polled filter. `next` is the first height that the caller has not seen. */
export type Filter =
  | { readonly kind: "logs"; readonly criteria: LogCriteria; readonly range: HeightRange; next: Height }
  | { readonly kind: "blocks"; next: Height }
  | { readonly kind: "pending"; hashes: Digest[] };

/** Both ends included; undefined follows the chain. */
export interface HeightRange {
  readonly from: Height | undefined;
  readonly to: Height | undefined;
}

/** Filters of one node (kairos 16.3): bounded by count, forgotten when nobody asks. */
export interface Filters {
  /** @returns the id, or undefined when there are too many */
  add(filter: Filter): string | undefined;
  get(id: string): Filter | undefined;
  remove(id: string): boolean;
}

/** Hashes that a filter of pending transactions holds between two polls; the oldest go first. */
const maxPendingHashes = 4_096;

/**
 * Makes the store of filters.
 * @param nowMs a monotonic clock
 * @param newId an id that others cannot guess, as a `0x` quantity
 */
export function createFilters(
  limits: Pick<ApiLimits, "maxFilters" | "filterTtlMs">,
  events: ApiEvents,
  nowMs: () => number,
  newId: () => string,
): Filters {
  // In the order of last use, so that the expired ones stand first.
  const held = new Map<string, { readonly filter: Filter; usedMs: number }>();
  const expire = () => {
    const oldest = nowMs() - limits.filterTtlMs;
    for (const [id, { usedMs }] of held) {
      if (usedMs > oldest) break;
      held.delete(id);
    }
  };
  events.subscribe((event) => {
    if (event.what !== "pooled") return;
    for (const { filter } of held.values()) {
      if (filter.kind !== "pending") continue;
      filter.hashes.push(event.hash);
      if (filter.hashes.length > 2 * maxPendingHashes) filter.hashes = filter.hashes.slice(-maxPendingHashes);
    }
  });
  return {
    add(filter) {
      expire();
      if (held.size >= limits.maxFilters) return undefined;
      const id = newId();
      held.set(id, { filter, usedMs: nowMs() });
      return id;
    },
    get(id) {
      expire();
      const found = held.get(id);
      if (found === undefined) return undefined;
      held.delete(id);
      held.set(id, { filter: found.filter, usedMs: nowMs() });
      return found.filter;
    },
    remove(id) {
      expire();
      return held.delete(id);
    },
  };
}
