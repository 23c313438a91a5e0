import type { ApiEvents } from "@polis/kairos";

/** Digests with a certificate that this node has seen. */
export interface NotarizedBlocks {
  has(digest: string): boolean;
  stop(): void;
}

/** Above what can be unfinalized at a time (kairos R4). */
const maxKept = 1_024;

/** Remembers the latest notarized blocks, for the status of those that are not final. */
export function watchNotarizedBlocks(events: ApiEvents): NotarizedBlocks {
  const kept = new Set<string>();
  const stop = events.subscribe((event) => {
    if (event.what !== "notarized" && event.what !== "finalized") return;
    if (kept.size >= maxKept) kept.delete(kept.values().next().value!);
    kept.add(event.digest);
  });
  return { has: (digest) => kept.has(digest), stop: () => void stop() };
}
