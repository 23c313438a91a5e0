/** What a short run with one number of payments in flight gave. */
export interface WindowTrial {
  readonly inFlight: number;
  readonly paymentsPerSecond: number;
  readonly p99Ms: number | null;
}

/**
 * The window for the long run: of those that keep payment finality under the limit the one with the most payments a
 * second; when none does, the one with the lowest p99.
 * @throws Error without trials
 */
export function bestWindow(trials: readonly WindowTrial[], limitMs: number): WindowTrial {
  const timely = trials.filter(({ p99Ms }) => p99Ms !== null && p99Ms < limitMs);
  const by = (a: WindowTrial, b: WindowTrial) =>
    timely.length > 0
      ? b.paymentsPerSecond - a.paymentsPerSecond
      : (a.p99Ms ?? Number.POSITIVE_INFINITY) - (b.p99Ms ?? Number.POSITIVE_INFINITY);
  const best = [...(timely.length > 0 ? timely : trials)].sort(by)[0];
  if (best === undefined) throw new Error("no trials");
  return best;
}
