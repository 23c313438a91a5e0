import { runAbsence } from "../faults/absence.ts";
import { runChaos } from "../faults/chaos.ts";
import { checkLiveness, runHeal } from "../faults/heal.ts";
import { buildNetwork, type SimNetwork } from "./buildNetwork.ts";
import { startLoad } from "./load.ts";
import type { SimReport, SimulateOptions } from "./options.ts";

/** Length of the two phases when the options do not say. */
const CHAOS_MS = 10_000;
const HEAL_MS = 8000;

/**
 * One seed, one history: a network under faults and attackers, then healed. Safety is judged at every step, liveness in
 * the healed phase.
 * @param watch is called before anything runs; it may attach taps and watchers and must change nothing else
 * @example simulate({ seed: 7, n: 6 }).violations // []
 */
export function simulate(options: SimulateOptions, watch?: (built: SimNetwork) => void): SimReport {
  const built = buildNetwork(options);
  watch?.(built);
  for (const node of built.nodes) node.start();
  const load = startLoad(built);
  const { absence, faultKinds, chaosMs } = options;
  const restarts =
    absence === undefined ? runChaos(built, faultKinds ?? [], chaosMs ?? CHAOS_MS) : runAbsence(built, absence);
  if (built.oracle.violations.length === 0) {
    const healed = runHeal(built, options.healMs ?? HEAL_MS, load, options.healLossPerMille);
    if (built.oracle.violations.length === 0) checkLiveness(built, healed);
  }
  return reportOf(built, options, restarts.count);
}

/** Sums a run up. */
export function reportOf(built: SimNetwork, options: SimulateOptions, restarts: number): SimReport {
  const { world, oracle, network, f, nodes } = built;
  const honestReports: Record<string, number> = {};
  for (const node of nodes) {
    for (const [code, count] of node.honestReports) honestReports[code] = (honestReports[code] ?? 0) + count;
  }
  const faulty = [...(options.faulty ?? [])].map(([index, name]) => `${index}:${name}`);
  return {
    seed: options.seed,
    n: options.n,
    f,
    profile: [...faulty, ...(options.faultKinds ?? [])].join(" "),
    hash: world.hash.hex(),
    violations: oracle.violations,
    finalizedHeight: oracle.chain.height,
    highestView: Math.max(0, ...nodes.map((node) => node.replica?.view ?? 0)),
    events: world.events,
    messages: network.sent,
    simulatedMs: world.nowMs,
    restarts,
    sometimes: oracle.sometimes.counts,
    honestReports,
  };
}
