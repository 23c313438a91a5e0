/** Events that a campaign must reach now and then: without them a green result would mean nothing (testing 8.1). */
export const SOMETIMES = [
  "finalize after a nullified view",
  "M-notarization and nullification in a view",
  "two M-notarizations in a view",
  "nullify after vote",
  "late vote",
  "late finality",
  "catch-up over many views",
  "restart inside a view after voting",
  "block fetched",
  "certificates fetched",
  "disk full",
  "unsynced writes lost",
  "fault of a peer reported",
  "evidence",
  "gate closed",
  "journal lost and regained",
  "inactive leader skipped",
  "indirect finality",
  "corruption detected",
] as const;

/** One of SOMETIMES. */
export type SometimesEvent = (typeof SOMETIMES)[number];

/** Counts of the events of one run. */
export interface Sometimes {
  count(event: SometimesEvent): void;
  /** Counts an event at most once per key. */
  once(key: string, event: SometimesEvent): void;
  readonly counts: Readonly<Record<string, number>>;
}

/** All counters at zero. */
export function createSometimes(): Sometimes {
  const counts: Record<string, number> = Object.fromEntries(SOMETIMES.map((event) => [event, 0]));
  const seen = new Set<string>();
  return {
    count: (event) => {
      counts[event]!++;
    },
    once: (key, event) => {
      if (seen.has(key)) return;
      seen.add(key);
      counts[event]!++;
    },
    counts,
  };
}
