import { heal } from "../faults/heal.ts";
import type { SimNode } from "../node/simNode.ts";
import { buildNetwork, type SimNetwork } from "../run/buildNetwork.ts";
import { startLoad } from "../run/load.ts";
import type { SimulateOptions } from "../run/options.ts";

/** A network for a directed schedule: started, under load, nothing wrong yet. */
export interface Stage extends SimNetwork {
  /** Lets `ms` virtual milliseconds pass. */
  run(ms: number): void;
  /** Lets time pass until `done` holds or `ms` are over; returns the milliseconds that it took, or undefined. */
  runUntil(ms: number, done: () => boolean): number | undefined;
  /** Ends all faults of the environment and restarts whoever is down. */
  heal(): void;
  /** Heights of the final chains of the honest nodes that are up. */
  heights(): readonly number[];
  /** Splits the network into the listed group and the rest. */
  split(group: readonly number[]): void;
  /** Virtual milliseconds until `more` further blocks are final at every honest node, or undefined within `ms`. */
  untilProgress(ms: number, more?: number): number | undefined;
}

const STEP_MS = 20;

/** Sets a scenario's stage; `idle` leaves the load out. Uniform delays of 5 to 20 ms unless the options say otherwise. */
export function stage(options: Partial<SimulateOptions> & { readonly idle?: boolean } = {}): Stage {
  const built = buildNetwork({ seed: 1, n: 6, delay: { kind: "uniform", minUs: 5000, maxUs: 20_000 }, ...options });
  const { world, network, nodes } = built;
  for (const node of nodes) node.start();
  if (options.idle !== true) startLoad(built);
  const run = (ms: number) => world.runUntil(world.nowUs + ms * 1000);
  const runUntil = (ms: number, done: () => boolean) => {
    for (let passed = 0; passed <= ms && !world.stopped; passed += STEP_MS) {
      if (done()) return passed;
      run(STEP_MS);
    }
    return undefined;
  };
  const honest = () => nodes.filter((node) => !node.faulty);
  const heightOf = (node: SimNode) => node.replica?.lastFinalized.height ?? -1;
  const heights = () => honest().map(heightOf);
  return {
    ...built,
    honest: honest(),
    run,
    runUntil,
    heal: () => heal(built),
    heights,
    split: (group) => network.cut((from, to) => group.includes(from.id) !== group.includes(to.id)),
    untilProgress: (ms, more = 3) => {
      const goal = Math.max(...heights()) + more;
      return runUntil(ms, () => honest().every((node) => heightOf(node) >= goal));
    },
  };
}
