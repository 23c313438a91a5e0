/** Modules of scenarios.qnt with the number of runs each must contain, so that a lost test is noticed. */
export const SCENARIOS: Readonly<Record<string, number>> = {
  scenariosOfVoter: 18,
  scenariosOfLeader: 4,
  unsafeTwoFaults: 1,
  unsafeSmallM: 1,
  unsafeSmallL: 1,
  unsafeEarlyContradiction: 1,
};

/** Modules of configurations.qnt that are simulated. */
export const CONFIGURATIONS = ["leaderFaulty", "voterFaulty"] as const;

/** Steps of one guided trace: about five views. */
export const TRACE_STEPS = 60;

/**
 * Witnesses, with the share of guided traces in percent that must reach each. A run that checks invariants over traces
 * in which nothing happens proves nothing. `leaderOnly` ones need a faulty leader in an early view.
 */
export const WITNESSES: Readonly<Record<string, { readonly percent: number; readonly leaderOnly: boolean }>> = {
  wProposed: { percent: 90, leaderOnly: false },
  wNotarized: { percent: 80, leaderOnly: false },
  wNullified: { percent: 40, leaderOnly: false },
  wFinalized: { percent: 25, leaderOnly: false },
  wFinalizedTwice: { percent: 4, leaderOnly: false },
  wAllFinalized: { percent: 4, leaderOnly: false },
  wView3: { percent: 80, leaderOnly: false },
  wBothCertificates: { percent: 4, leaderOnly: false },
  wEquivocation: { percent: 60, leaderOnly: true },
  wContradiction: { percent: 2, leaderOnly: true },
  wLateVote: { percent: 40, leaderOnly: false },
  wSkippedView: { percent: 30, leaderOnly: false },
};

/** Rates are compared from this many traces on; below, they mean little. */
export const MIN_TRACES_FOR_RATES = 200;
