import type { Prng } from "../random/prng.ts";

/** When things happened in one run: microseconds by view, and by replica and view. */
export interface Timeline {
  readonly leaderOf: (view: number) => number;
  /** When the leader of a view sent its proposal. */
  readonly proposedUs: ReadonlyMap<number, number>;
  /** When a replica knew the block of a view to be final. */
  readonly finalUs: readonly ReadonlyMap<number, number>[];
  /** The one-way delay of one message between two replicas. */
  readonly delayUs: (from: number, to: number) => number;
}

/** Means in milliseconds, each an integer number of hundredths divided by 100. */
export interface RegionTimes {
  /** From one leader's entry into its view to the next leader's. */
  readonly viewMs: { readonly mean: number };
  /** From the proposal to the moment a replica holds L votes, over all replicas. */
  readonly finalityMs: { readonly mean: number };
  /** From the submission of a payment at a random replica to its finality there. */
  readonly paymentFinalityMs: { readonly mean: number };
}

const PAYMENTS = 4000;
/** Views at the beginning that are left out, while the pipeline fills. */
const WARM_UP = 3;

function meanMs(sumUs: number, count: number): { readonly mean: number } {
  return { mean: count === 0 ? 0 : Math.round(sumUs / count / 10) / 100 };
}

/** Sums a timeline of `views` views up. With empty blocks proposed at once, a leader's entry is its proposal. */
export function summarize(timeline: Timeline, views: number, prng: Prng): RegionTimes {
  const { proposedUs, finalUs } = timeline;
  const first = proposedUs.get(WARM_UP) ?? 0;
  const last = proposedUs.get(views) ?? first;
  let sum = 0;
  let count = 0;
  for (const times of finalUs) {
    for (let view = WARM_UP; view <= views; view++) {
      const final = times.get(view);
      const proposed = proposedUs.get(view);
      if (final === undefined || proposed === undefined) continue;
      sum += final - proposed;
      count++;
    }
  }
  return {
    viewMs: meanMs(last - first, views - WARM_UP),
    finalityMs: meanMs(sum, count),
    paymentFinalityMs: paymentFinality(timeline, views, prng),
  };
}

/** Payments at random times and replicas, each in the first proposal whose leader has it, final when the submitter sees it so. */
function paymentFinality(timeline: Timeline, views: number, prng: Prng): { readonly mean: number } {
  const { proposedUs, finalUs, leaderOf, delayUs } = timeline;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < PAYMENTS; i++) {
    const start = WARM_UP + prng.below(Math.max(1, views - WARM_UP - 20));
    const from = proposedUs.get(start) ?? 0;
    const submitted = from + prng.below(Math.max(1, (proposedUs.get(start + 1) ?? from) - from));
    const replica = prng.below(finalUs.length);
    for (let view = start; view <= views; view++) {
      const leader = leaderOf(view);
      const arrival = submitted + (leader === replica ? 0 : delayUs(replica, leader));
      const proposed = proposedUs.get(view);
      const final = finalUs[replica]!.get(view);
      if (proposed === undefined || final === undefined || arrival > proposed) continue;
      sum += final - submitted;
      count++;
      break;
    }
  }
  return meanMs(sum, count);
}
