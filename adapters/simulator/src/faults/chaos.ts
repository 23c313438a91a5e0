import type { SimNode } from "../node/simNode.ts";
import type { Prng } from "../random/prng.ts";
import type { SimNetwork } from "../run/buildNetwork.ts";
import type { FaultKind } from "../run/options.ts";
import { partitionOf } from "./partitions.ts";

interface Chaos {
  readonly built: SimNetwork;
  readonly prng: Prng;
  readonly endUs: number;
  /** Restarts so far. */
  count: number;
  /** Nodes that the world has taken down and will start again. */
  readonly restarting: Set<SimNode>;
}

type Act = (chaos: Chaos) => void;

const anyNode = ({ built, prng }: Chaos) => prng.pick(built.nodes);

/** Whoever goes down during chaos comes back after 20 ms to 3 s; with a full disk, when there is room again. */
function restartLater(chaos: Chaos, node: SimNode): void {
  const { world } = chaos.built;
  if (chaos.restarting.has(node)) return;
  chaos.restarting.add(node);
  world.after(chaos.prng.between(20, chaos.prng.chance(300) ? 3000 : 400), () => {
    chaos.restarting.delete(node);
    if (node.up || world.nowUs >= chaos.endUs) return;
    chaos.count++;
    node.disk.full = false;
    node.start();
  });
}

/** Undoes something later, if chaos still reigns; the healed phase undoes everything itself. */
function undoLater({ built, endUs }: Chaos, ms: number, undo: () => void): void {
  built.world.after(ms, () => {
    if (built.world.nowUs < endUs) undo();
  });
}

/** A replica without its journal counts as faulty until it votes again, so there are at most f of them and the scripted ones. */
function mayLoseDisk({ built }: Chaos, node: SimNode): boolean {
  const { nodes, honest, f } = built;
  const lost = nodes.filter((other) => other.wiped || other.disk.isDamaged).length;
  return lost + (nodes.length - honest.length) < f && !node.faulty && !node.wiped && !node.disk.isDamaged && node.up;
}

/** One action per kind of fault. Those without an action set the stage once, in `prepare`. */
const ACTS: Partial<Record<FaultKind, Act>> = {
  partition: (chaos) => {
    const { built, prng } = chaos;
    const group = partitionOf(built, prng);
    built.network.cut((from, to) => group[from.id] !== group[to.id]);
    undoLater(chaos, prng.between(200, 4000), () => built.network.heal());
  },
  asymmetric: (chaos) => {
    const { built, prng } = chaos;
    const cut = new Set(built.nodes.filter(() => prng.chance(300)).map((node) => node.id));
    const deaf = prng.chance(500);
    built.network.cut((from, to) => cut.has(deaf ? to.id : from.id) && prng.chance(700));
    undoLater(chaos, prng.between(200, 3000), () => built.network.heal());
  },
  slowLink: (chaos) => {
    const { built, prng } = chaos;
    const slow = anyNode(chaos);
    for (const other of built.nodes)
      if (prng.chance(600)) built.network.slowDown(slow, other, prng.between(50_000, 600_000));
    undoLater(chaos, prng.between(500, 3000), () => built.network.heal());
  },
  crash: (chaos) => anyNode(chaos).crash(),
  crashAtBoundary: (chaos) => {
    anyNode(chaos).fuse = chaos.prng.between(1, 60);
  },
  restartAll: (chaos) => {
    if (chaos.prng.chance(700)) return;
    for (const node of chaos.built.nodes) node.crash();
  },
  pause: (chaos) => {
    anyNode(chaos).pausedUntilUs = chaos.built.world.nowUs + chaos.prng.between(100, 3000) * 1000;
  },
  clockRate: (chaos) => anyNode(chaos).clock.setRate(chaos.prng.between(800, 1200)),
  slowDisk: (chaos) => {
    const node = anyNode(chaos);
    node.syncUs = chaos.prng.between(5000, 200_000);
    undoLater(chaos, chaos.prng.between(300, 2000), () => {
      node.syncUs = 300;
    });
  },
  diskFull: (chaos) => {
    const node = anyNode(chaos);
    node.disk.full = true;
  },
  wipe: (chaos) => {
    const node = anyNode(chaos);
    if (!mayLoseDisk(chaos, node)) return;
    node.crash();
    node.wipe();
  },
  corrupt: (chaos) => {
    const node = anyNode(chaos);
    if (!mayLoseDisk(chaos, node)) return;
    node.disk.corrupt(chaos.prng, chaos.prng.pick([0, 20, 300]));
    if (chaos.prng.chance(700)) node.crash();
  },
  slowExecution: (chaos) => {
    const node = anyNode(chaos);
    node.executeUs = chaos.prng.between(5000, 150_000);
    undoLater(chaos, chaos.prng.between(300, 2000), () => {
      node.executeUs = 500;
    });
  },
};

/** Runs the network under faults of the given kinds for `chaosMs`. */
export function runChaos(built: SimNetwork, kinds: readonly FaultKind[], chaosMs: number): { count: number } {
  const { world, prng: root, nodes } = built;
  const chaos: Chaos = {
    built,
    prng: root.fork(2),
    endUs: world.nowUs + chaosMs * 1000,
    count: 0,
    restarting: new Set(),
  };
  prepare(chaos, kinds);
  for (const node of nodes) node.onCrash = () => restartLater(chaos, node);
  const acts = kinds.map((kind) => ACTS[kind]).filter((act) => act !== undefined);
  const next = () => {
    if (world.nowUs >= chaos.endUs) return;
    chaos.prng.pick(acts)(chaos);
    world.after(chaos.prng.between(50, 1200), next);
  };
  if (acts.length > 0) world.after(chaos.prng.between(50, 1200), next);
  world.runUntil(chaos.endUs);
  for (const node of nodes) node.onCrash = undefined;
  return chaos;
}

/** Faults that last for the whole phase. At most f wall clocks are far off, because the rest must agree on the time (B5). */
function prepare({ built, prng }: Chaos, kinds: readonly FaultKind[]): void {
  const { network, nodes, f } = built;
  const { faults } = network;
  for (const node of nodes) node.syncUs = prng.pick([0, 300, 1000, 6000]);
  if (kinds.includes("hold")) faults.holdBlocked = true;
  if (kinds.includes("loss")) faults.lossPerMille = prng.between(5, prng.chance(300) ? 300 : 80);
  if (kinds.includes("duplicate")) faults.duplicatePerMille = prng.between(10, 200);
  if (kinds.includes("reorder")) faults.inOrder = false;
  if (kinds.includes("bandwidth")) faults.bytesPerMs = prng.between(60, 600);
  if (kinds.includes("clockRate")) for (const node of nodes) node.clock.setRate(prng.between(800, 1200));
  if (kinds.includes("wallSkew")) {
    for (const node of nodes) node.clock.wallSkewMs = prng.between(-200, 200);
    for (let i = 0; i < f; i++) prng.pick(nodes).clock.wallSkewMs = prng.between(-60_000, 60_000);
  }
}
