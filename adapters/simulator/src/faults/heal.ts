import type { DelayModel } from "../network/delays.ts";
import type { SimNode } from "../node/simNode.ts";
import type { SimNetwork } from "../run/buildNetwork.ts";
import type { Load } from "../run/load.ts";

/** What the healed phase must show. */
export interface Healed {
  /** Height of the final chain when the phase began. */
  readonly startHeight: number;
  /** Height two seconds before the end: everyone must have passed it. */
  readonly lateHeight: number;
  readonly load: Load;
}

/** The last part of the phase, in which submitted transactions need not be final yet and laggards may lag. */
const SETTLE_MS = 2500;
/** New final blocks that a healed phase must bring at least. */
const MIN_PROGRESS = 5;

/** The healed network's delay: slower than most before, and well below half of T0. */
function healedDelay({ setup }: SimNetwork): DelayModel {
  const maxUs = Math.floor((setup.config.viewTimeoutMs * 1000 * 3) / 20);
  return { kind: "uniform", minUs: Math.floor(maxUs / 20), maxUs };
}

/** Ends every fault of the environment: links, disks, clocks, and restarts whoever is down. */
export function heal(built: SimNetwork): void {
  const { network, nodes, oracle } = built;
  Object.assign(network.faults, {
    delay: healedDelay(built),
    lossPerMille: 0,
    duplicatePerMille: 0,
    inOrder: true,
    bytesPerMs: 0,
  });
  network.heal();
  for (const node of nodes) {
    node.fuse = 0;
    node.pausedUntilUs = 0;
    node.disk.full = false;
    node.syncUs = 300;
    node.executeUs = 500;
    node.clock.setRate(1000);
    node.clock.wallSkewMs = 0;
    // The operator has every row read again; a database that fails is replaced.
    if (node.disk.isDamaged) {
      oracle.sometimes.count("corruption detected");
      node.crash();
      node.wipe();
    }
    if (!node.up && !node.retired) node.start();
  }
}

/** Runs the healed phase with a steady load. Faulty validators go on being faulty. */
export function runHeal(built: SimNetwork, healMs: number, load: Load, lossPerMille = 0): Healed {
  const { world, oracle, network } = built;
  heal(built);
  network.faults.lossPerMille = lossPerMille;
  const endUs = world.nowUs + healMs * 1000;
  const startHeight = oracle.chain.height;
  load.mark();
  world.runUntil(endUs - SETTLE_MS * 1000);
  const lateHeight = oracle.chain.height;
  load.stop();
  world.runUntil(endUs);
  return { startHeight, lateHeight, load };
}

/** ML1, ML3, ML4: new final blocks, everyone at the tip, every transaction of the healed phase included. */
export function checkLiveness(built: SimNetwork, { startHeight, lateHeight, load }: Healed): void {
  const { oracle, honest } = built;
  if (oracle.chain.height < startHeight + MIN_PROGRESS) {
    oracle.fail("ML1", `${oracle.chain.height - startHeight} new final blocks; ${standing(honest)}`, undefined);
  }
  for (const node of honest) {
    const height = node.replica?.lastFinalized.height ?? -1;
    if (height < lateHeight)
      oracle.fail("ML3", `at height ${height} of ${lateHeight}; ${standing(honest)}`, node.index);
    const missing = load.marked.filter((transaction) => node.ledger?.isFinal?.(transaction) === false);
    if (missing.length > 0) {
      oracle.fail("ML4", `${missing.length} of ${load.marked.length} transactions are not final`, node.index);
    }
  }
}

function standing(nodes: readonly SimNode[]): string {
  return nodes
    .map((node) => {
      const { replica } = node;
      if (replica === undefined) return `${node.index} down`;
      const { view, lastFinalized, backoff } = replica;
      return `${node.index}: view ${view} final ${lastFinalized.view} F ${replica.finalizedView} backoff ${backoff}`;
    })
    .join(", ");
}
