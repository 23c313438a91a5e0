import type { SingleOptions } from "./runSingle.ts";

/**
 * A history of membership that reaches every transition of kratos-core 10.3: extended bootstrap, slow and sudden falls past
 * 75, 50 and 25 validators, and every way back.
 */
export function cliffs(seed: number): SingleOptions {
  const steps: readonly (readonly [epochs: number, validators: number])[] = [
    [8, 40],
    [5, 82],
    [3, 60],
    [4, 40],
    [3, 60],
    [106, 82],
    [3, 20],
    [3, 30],
    [12, 20],
    [3, 30],
    [3, 20],
    [3, 30],
    [3, 60],
    [12, 40],
    [3, 60],
  ];
  let fromEpoch = 1;
  const membership = steps.map(([epochs, validators]) => {
    const step = { fromEpoch, validators };
    fromEpoch += epochs;
    return step;
  });
  return {
    ...{ seed, validators: 4, others: 110, epochs: fromEpoch, slotsPerEpoch: 5, bootstrapMinEpochs: 6, real: false },
    ...{ missEvery: 0, justifyEvery: 3, importEvery: 50, rootsEveryEpochs: 8, every: 4, membership },
  };
}
