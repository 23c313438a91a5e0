import type { Digest } from "@polis/codec";
import type { ApiEvents } from "@polis/kairos";

/** Hashes that were in the pool lately, so that one that is nowhere now is known as dropped (kairos 15.2). */
export interface SeenTransactions {
  has(hash: Digest): boolean;
  add(hash: Digest): void;
  stop(): void;
}

/** Hashes kept: more than the pool holds, so that each is still known when it leaves. */
const maxSeen = 65_536;

/** Remembers what enters the pool, the oldest forgotten first. */
export function watchSeenTransactions(events: ApiEvents): SeenTransactions {
  const seen = new Set<Digest>();
  const add = (hash: Digest) => {
    seen.delete(hash);
    if (seen.size >= maxSeen) seen.delete(seen.keys().next().value!);
    seen.add(hash);
  };
  const stop = events.subscribe((event) => {
    if (event.what === "pooled") add(event.hash);
  });
  return { has: (hash) => seen.has(hash), add, stop: () => void stop() };
}
