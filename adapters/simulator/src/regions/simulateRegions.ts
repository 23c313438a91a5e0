import type { Millis } from "@polis/codec";
import { type DelayModel, drawDelay } from "../network/delays.ts";
import { createPrng } from "../random/prng.ts";
import { buildNetwork } from "../run/buildNetwork.ts";
import type { Violation } from "../types.ts";
import { idealRegions } from "./idealRegions.ts";
import { type RegionTimes, summarize, type Timeline } from "./timeline.ts";

/** A measurement over wide-area distances. */
export interface RegionOptions {
  readonly n: number;
  readonly views: number;
  readonly seed: number;
  /** A fixed one-way delay instead of the published distances. */
  readonly latencyMs?: number;
}

/** The replicas' times, and beside them those of the protocol on paper over the same distances. */
export interface RegionReport extends RegionTimes {
  readonly n: number;
  readonly views: number;
  readonly seed: number;
  readonly ideal: RegionTimes;
  /** The replicas' mean over the ideal mean, in per mille; 1000 is equal. */
  readonly perMilleOfIdeal: { readonly view: number; readonly finality: number; readonly paymentFinality: number };
  readonly violations: readonly Violation[];
  /** Fingerprint of the run. */
  readonly hash: string;
}

/** A run is given up after this much virtual time per view. */
const MAX_MS_PER_VIEW = 2000;
const STEP_MS = 500;

/**
 * Runs real replicas over published distances between ten cloud regions: no faults, and computing and disks cost no time.
 * @example simulateRegions({ n: 50, views: 500, seed: 1 }).viewMs.mean
 */
export function simulateRegions(options: RegionOptions): RegionReport {
  const { n, views, seed, latencyMs } = options;
  const delay: DelayModel =
    latencyMs === undefined ? { kind: "regions", perMille: 1000 } : { kind: "fixed", us: latencyMs * 1000 };
  const { timeline, violations, hash } = runReplicas(options, delay);
  const times = summarize(timeline, views, createPrng(seed, 11));
  const ideal = summarize(idealRegions(n, views, delay, createPrng(seed, 12)), views, createPrng(seed, 11));
  const perMille = (key: keyof RegionTimes) => Math.round((times[key].mean * 1000) / Math.max(1, ideal[key].mean));
  return {
    n,
    views,
    seed,
    ...times,
    ideal,
    perMilleOfIdeal: {
      view: perMille("viewMs"),
      finality: perMille("finalityMs"),
      paymentFinality: perMille("paymentFinalityMs"),
    },
    violations,
    hash,
  };
}

function runReplicas({ n, views, seed }: RegionOptions, delay: DelayModel) {
  const consensus = {
    viewTimeoutMs: 4000 as Millis,
    maxViewTimeoutMs: 60_000 as Millis,
    emptyBlockIntervalMs: 0 as Millis,
  };
  const built = buildNetwork({ seed, n, delay, consensus });
  const { world, nodes, oracle } = built;
  const leaderOf = (view: number) => view % n;
  const proposedUs = new Map<number, number>();
  const finalUs = nodes.map(() => new Map<number, number>());
  let reached = 0;
  for (const node of nodes) {
    node.syncUs = 0;
    node.executeUs = 0;
    node.watcher = {
      observed: (observation) => {
        if (observation.what === "proposed") proposedUs.set(observation.view, world.nowUs);
        if (observation.what === "entered") reached = Math.max(reached, observation.view);
      },
      finalized: ({ blocks }) => {
        for (const { view } of blocks) finalUs[node.id]!.set(view, world.nowUs);
      },
    };
    node.start();
  }
  for (let ms = 0; ms < views * MAX_MS_PER_VIEW && reached <= views + 2 && !world.stopped; ms += STEP_MS) {
    world.runUntil(world.nowUs + STEP_MS * 1000);
  }
  world.runUntil(world.nowUs + MAX_MS_PER_VIEW * 1000);
  const prng = createPrng(seed, 13);
  const delayUs = (from: number, to: number) => drawDelay(delay, from, to, prng);
  const timeline: Timeline = { leaderOf, proposedUs, finalUs, delayUs };
  return { timeline, violations: oracle.violations, hash: world.hash.hex() };
}
