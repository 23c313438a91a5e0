import { shortEpochs } from "../../testing/blockTree.ts";
import { NodeWorld } from "./nodeWorld.ts";

const SLOT_MS = 6_000;

/** What a storm found. */
export interface StormReport {
  readonly violations: readonly string[];
  /** Final height when the storm ended, and after the calm. */
  readonly finalBefore: number;
  readonly finalAfter: number;
  readonly lag: number;
  readonly crashes: number;
  readonly faults: readonly string[];
}

/**
 * A world in which everything goes wrong for a while, all drawn from one seed: losses, a partition, power cuts at any effect and
 * at any time, slow disks, clocks that are a little wrong. Then calm: everybody must go on together.
 * @param slots how long the storm lasts @param calm slots that follow
 */
export function storm(seed: number, slots: number, calm: number): StormReport {
  const validators = 4 + (seed % 3);
  const world = new NodeWorld({
    ...{ seed, validators, followers: 1, loss: 40, diskMs: 300, delayMs: 800, healsAtMs: slots * SLOT_MS },
    ...(seed % 2 === 0 && { overrides: shortEpochs }),
  });
  const { random } = world;
  for (const machine of world.nodes) machine.offsetMs = random(600) - 300;
  world.start();
  let crashes = 0;
  const cutFrom = random(slots);
  const side = world.nodes.map(() => random(2));
  world.cut = (a, b) => {
    const slot = (world.nowMs - world.chain.genesis.header.timestamp * 1_000) / SLOT_MS;
    return slot > cutFrom && slot < cutFrom + 6 && slot < slots && side[a] !== side[b];
  };
  let nonce = 0;
  for (let slot = 0; slot < slots; slot++) {
    const machine = world.nodes[random(world.nodes.length)]!;
    const fate = random(6);
    if (!machine.isUp) world.start(machine.index);
    else if (fate === 0) machine.effectsLeft = random(6);
    else if (fate === 1) machine.crashInProduction = random(6);
    else if (fate === 2) world.crash(machine.index);
    else {
      const { outcome, effects } = machine.node!.submit(machine.wall(world.nowMs), world.payment(nonce));
      world.perform(machine, effects);
      if (outcome.ok) nonce++;
    }
    if (!machine.isUp) crashes++;
    world.run(SLOT_MS / 2 + random(SLOT_MS));
  }
  const finalBefore = world.final.highest;
  for (const machine of world.nodes) {
    machine.effectsLeft = Number.POSITIVE_INFINITY;
    machine.crashInProduction = undefined;
    if (!machine.isUp) world.start(machine.index);
  }
  world.run(calm * SLOT_MS);
  const head = Math.max(...world.nodes.map(({ tree }) => tree.head.header.number));
  return {
    ...{ violations: world.checks.violations, finalBefore, finalAfter: world.final.lowest, crashes },
    lag: head - world.final.lowest,
    faults: world.nodes.flatMap((machine) => machine.heard("fault").map(({ code, action }) => `${code} ${action}`)),
  };
}
