import type { Digest, Height } from "@polis/codec";
import type { ApiEvents } from "./events.ts";
import type { ApiLimits } from "./limits.ts";
import type { LogCriteria } from "./logCriteria.ts";

/** A polled filter. `next` is the first height, or the number of the first pooled transaction, that the caller has not seen. */
export type Filter =
  | { readonly kind: "logs"; readonly criteria: LogCriteria; readonly range: HeightRange; next: Height }
  | { readonly kind: "blocks"; next: Height }
  | { readonly kind: "pending"; next: number };

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
  /** Number of the next transaction that enters the pool. */
  nextPooled(): number;
  /** Hashes of those that entered since, as far back as they are remembered. */
  pooledSince(next: number): readonly Digest[];
}

/** Hashes of pooled transactions that are remembered for all filters together; the oldest go first. */
const maxPooled = 16_384;

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
  let pooled: Digest[] = [];
  let pooledBefore = 0;
  events.subscribe((event) => {
    if (event.what !== "pooled") return;
    pooled.push(event.hash);
    if (pooled.length < 2 * maxPooled) return;
    pooledBefore += pooled.length - maxPooled;
    pooled = pooled.slice(-maxPooled);
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
    nextPooled: () => pooledBefore + pooled.length,
    pooledSince: (next) => pooled.slice(Math.max(0, next - pooledBefore)),
  };
}
