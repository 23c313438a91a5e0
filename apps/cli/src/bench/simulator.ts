import { runCampaign } from "../sim/runCampaign.ts";
import { round } from "./timeIt.ts";
import type { Benchmark } from "./types.ts";

const GOAL_PER_MINUTE = 600;

/** Seeds a minute with mock signatures and the mock ledger: faults, attackers and all checkers on. */
export const simulator: Benchmark = {
  name: "simulator",
  run: async ({ quick, say }) => {
    const count = quick ? 60 : 300;
    const start = performance.now();
    const result = await runCampaign({ first: 1, count, overrides: {}, ledger: "mock", onProgress: () => undefined });
    const minutes = (performance.now() - start) / 60_000;
    say(`${result.seedsPerMinute} seeds/min`);
    return [
      {
        name: "Simulator",
        goal: "at least 600 seeds a minute on 2 cores with mock signatures",
        measured: {
          "seeds/min": result.seedsPerMinute,
          "simulated h/min": round(result.simulatedMs / 3_600_000 / minutes, 2),
          "events/s": Math.round(result.events / (minutes * 60)),
          seeds: result.seeds,
          cores: result.cores,
          failures: result.failures.length,
        },
        met: result.seedsPerMinute >= GOAL_PER_MINUTE && result.failures.length === 0,
      },
    ];
  },
};
