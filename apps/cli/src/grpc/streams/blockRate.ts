import type { KairosBackend } from "@polis/kairos";

/** How fast blocks become final. */
export interface BlockRate {
  /** Finalized blocks per second over the last ten seconds. */
  perSecond(): number;
  stop(): void;
}

const windowMs = 10_000;
/** Slots of one second, the running one included. */
const slots = windowMs / 1_000;

/** Counts finalized blocks in slots of a second, so that a fast chain needs no more memory than a slow one. */
export function watchBlockRate({ events }: Pick<KairosBackend, "events">, nowMs: () => number): BlockRate {
  const counts = new Array<number>(slots).fill(0);
  const startedMs = nowMs();
  let second = Math.floor(startedMs / 1_000);
  const advance = () => {
    const now = Math.floor(nowMs() / 1_000);
    for (let passed = 0; second < now && passed < slots; passed++) counts[++second % slots] = 0;
    second = now;
  };
  const stop = events.subscribe((event) => {
    if (event.what !== "final") return;
    advance();
    counts[second % slots]!++;
  });
  return {
    perSecond() {
      advance();
      const spanMs = Math.min(windowMs, Math.max(1_000, nowMs() - startedMs));
      return (counts.reduce((sum, count) => sum + count, 0) * 1_000) / spanMs;
    },
    stop: () => void stop(),
  };
}
