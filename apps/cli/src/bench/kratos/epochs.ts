import { runSingle, type SingleOptions } from "../../kratos/sim/single/runSingle.ts";
import { round } from "../timeIt.ts";
import type { Benchmark, BenchResult } from "../types.ts";

const SLOTS = 600;
const MAX_EPOCH_S = 2;
const MAX_ERA_S = 180;
const ERA_EPOCHS = 1_440;
const QUICK_EPOCHS = 30;

const options: SingleOptions = {
  ...{ seed: 1, validators: 101, others: 0, epochs: 1, slotsPerEpoch: SLOTS, bootstrapMinEpochs: ERA_EPOCHS },
  ...{ real: false, missEvery: 0, justifyEvery: 10, importEvery: 0, rootsEveryEpochs: 0, every: 0, membership: [] },
};

/** An epoch in the simulator: every block applied by the real runtime, its root computed, every invariant checked. */
export const kratosEpoch: Benchmark = {
  name: "kratos-epoch",
  run: async () => {
    const measured = measure(options);
    return [row("Simulated epoch of 600 slots, 101 validators, mock signatures", "under 2 s", measured, MAX_EPOCH_S)];
  },
};

/** The whole era at the values of production, in the same way. */
export const kratosBootstrap: Benchmark = {
  name: "kratos-bootstrap",
  run: async ({ quick, say }) => {
    const epochs = quick ? QUICK_EPOCHS : ERA_EPOCHS;
    const measured = measure({ ...options, validators: 4, epochs, justifyEvery: SLOTS }, (done) => {
      if (done % 100 === 0) say(`  epoch ${done} of ${epochs}`);
    });
    const limit = quick ? Number.POSITIVE_INFINITY : MAX_ERA_S;
    return [
      {
        ...row("Bootstrap era of 1,440 epochs, no transactions", "under 3 minutes", measured, limit),
        ...(quick ? { met: undefined, note: `a quick run of ${epochs} epochs` } : {}),
      },
    ];
  },
};

interface Measured {
  readonly seconds: number;
  readonly blocks: number;
  readonly violations: number;
}

function measure(run: SingleOptions, onEpoch?: (done: number) => void): Measured {
  const start = performance.now();
  const { height, violations } = runSingle(run, onEpoch);
  return { seconds: round((performance.now() - start) / 1_000, 2), blocks: height, violations: violations.length };
}

function row(name: string, goal: string, measured: Measured, limit: number): BenchResult {
  const { seconds, blocks, violations } = measured;
  return { name, goal, measured: { seconds, blocks, violations }, met: seconds < limit && violations === 0 };
}
