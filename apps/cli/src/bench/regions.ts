import { simulateRegions } from "@polis/simulator";
import { round } from "./timeIt.ts";
import type { Benchmark } from "./types.ts";

const LIMIT_PER_MILLE = 1050;

/** Real replicas over the published distances of ten cloud regions, against the protocol on paper (f = 9). */
export const regions: Benchmark = {
  name: "regions",
  run: async ({ quick }) => {
    const start = performance.now();
    const report = simulateRegions({ n: 50, views: quick ? 100 : 500, seed: 1 });
    const { view, finality } = report.perMilleOfIdeal;
    return [
      {
        name: "50 validators in ten regions, simulated",
        goal: "mean view interval and mean finality within 5 % of the ideal when nothing costs time",
        measured: {
          views: report.views,
          "view mean ms": report.viewMs.mean,
          "ideal view mean ms": report.ideal.viewMs.mean,
          "finality mean ms": report.finalityMs.mean,
          "ideal finality mean ms": report.ideal.finalityMs.mean,
          "payment finality mean ms": report.paymentFinalityMs.mean,
          "view / ideal": view / 1000,
          "finality / ideal": finality / 1000,
          violations: report.violations.length,
          "run s": round((performance.now() - start) / 1000),
        },
        met: view <= LIMIT_PER_MILLE && finality <= LIMIT_PER_MILLE && report.violations.length === 0,
        note: "virtual time, seed 1",
      },
    ];
  },
};
