import { type MemorySample, memoryOf } from "./memoryOf.ts";
import { freshNetwork, runNetwork } from "./network.ts";
import { round } from "./timeIt.ts";
import type { BenchContext, Benchmark } from "./types.ts";

const N = 6;
const IDLE_LIMIT_MB = 200;
const LOAD_LIMIT_MB = 500;
/** Growth over the second half of an hour that still counts as flat: it would take weeks to reach the limit. */
const FLAT_MB_PER_MINUTE = 0.5;

/** Resident memory of each validator process, idle and at saturation. */
export const memory: Benchmark = {
  name: "memory",
  run: async (context) => {
    const idleSeconds = context.quick ? 8 : 20;
    const loadSeconds = context.hour ? 3600 : context.quick ? 10 : 60;
    const idle = memoryOf(await sample(context, 0, idleSeconds));
    const load = memoryOf(await sample(context, 20_000, loadSeconds));
    const withinLimits = idle.largestEndMb < IDLE_LIMIT_MB && load.largestMb < LOAD_LIMIT_MB;
    return [
      {
        name: "Memory per validator process",
        goal: "under 200 MB idle, under 500 MB at saturation, flat over an hour",
        measured: {
          [`idle after ${idleSeconds} s MB`]: Math.round(idle.largestEndMb),
          [`largest in ${loadSeconds} s at saturation MB`]: Math.round(load.largestMb),
          "slope of the second half at saturation MB/min": round(load.slopeMbPerMinute),
        },
        met: withinLimits && (!context.hour || load.slopeMbPerMinute <= FLAT_MB_PER_MINUTE),
        note: context.hour
          ? "resident memory of the largest of six"
          : `resident memory of the largest of six; an hour was not run, so the slope is that of ${loadSeconds / 2} s of filling caches`,
      },
    ];
  },
};

async function sample(context: BenchContext, ratePerSecond: number, seconds: number): Promise<MemorySample[]> {
  const samples: MemorySample[] = [];
  let up = 0;
  await runNetwork(context, await freshNetwork(context, N), {
    ...{ ratePerSecond, seconds, inFlightMax: 600 },
    observer: {
      onUp: () => {
        up = performance.now();
      },
      onReport: (node, { rssBytes }) => {
        if (up > 0) samples.push({ node, atMs: performance.now() - up, bytes: rssBytes });
      },
    },
  });
  return samples;
}
