import { runSingle, type SingleOptions } from "../kratos/sim/single/runSingle.ts";
import { round } from "./timeIt.ts";
import type { Benchmark, BenchResult } from "./types.ts";

const SLOTS = 600;
const MAX_EPOCH_S = 2;
const MAX_ERA_S = 180;
const ERA_EPOCHS = 1_440;
const QUICK_EPOCHS = 30;

const options: SingleOptions = {
  ...{
    seed: 1,
    validators: 101,
    others: 0,
    epochs: 1,
    slotsPerEpoch: SLOTS,
    bootstrapMinEpochs: ERA_EPOCHS,
    real: false,
  },
  ...{ missEvery: 0, justifyEvery: 10, importEvery: 0, rootsEveryEpochs: 0, every: 0, membership: [] },
};

/** Epochs of KratOs in the simulator: every block applied by the real runtime, its root computed, every invariant checked. */
export const kratosSimulator: Benchmark = {
  name: "kratos-simulator",
  run: async ({ quick, say }) => {
    const epoch = measure(options);
    say(`an epoch with 101 validators in ${epoch.seconds} s`);
    const epochs = quick ? QUICK_EPOCHS : ERA_EPOCHS;
    const era = measure({ ...options, validators: 4, epochs, justifyEvery: SLOTS });
    say(`${epochs} epochs in ${era.seconds} s`);
    const limit = quick ? Number.POSITIVE_INFINITY : MAX_ERA_S;
    return [
      row("Simulated epoch of 600 slots, 101 validators, mock signatures", "under 2 s", epoch, MAX_EPOCH_S),
      {
        ...row("Bootstrap era of 1,440 epochs, no transactions", "under 3 minutes", era, limit),
        ...(quick ? { note: `a quick run of ${epochs} epochs` } : {}),
      },
    ];
  },
};

interface Measured {
  readonly seconds: number;
  readonly blocks: number;
  readonly violations: number;
}

function measure(run: SingleOptions): Measured {
  const start = performance.now();
  const { height, violations } = runSingle(run);
  return { seconds: round((performance.now() - start) / 1_000, 2), blocks: height, violations: violations.length };
}

function row(name: string, goal: string, measured: Measured, limit: number): BenchResult {
  const { seconds, blocks, violations } = measured;
  return { name, goal, measured: { seconds, blocks, violations }, met: seconds < limit && violations === 0 };
}
