import { krat12 } from "@polis/codec";
import { accounts, KRAT, RegisterValidator, security, Transfer, UnregisterValidator } from "@polis/kratos";
import type { SimReport } from "../report.ts";
import type { NetworkOptions } from "./networkOptions.ts";
import { NetworkWorld } from "./networkWorld.ts";
import { SLOT_MS } from "./roles.ts";

/** Blocks that finality may be behind at the end of a calm stretch. */
const MAX_LAG = 8;
const STAKE = krat12(50_000n * KRAT);

/** Runs a network and judges it. @param onEpoch told of each epoch */
export function runNetwork(options: NetworkOptions, onEpoch?: (done: number) => void): SimReport {
  const world = new NetworkWorld(options);
  const slots = options.epochs * options.slotsPerEpoch;
  world.start(slots);
  schedulePeople(world, options, slots);
  scheduleRestarts(world, options);
  for (let done = 1; done <= options.epochs; done++) {
    world.runTo((done * options.slotsPerEpoch + 0.5) * SLOT_MS);
    onEpoch?.(done);
  }
  judgeEnd(world, options);
  const { head } = world.nodes.find(({ role }) => role === "honest")!.chain;
  const { history } = head.entries.get(security);
  return {
    ...{ seed: options.seed, hash: world.hash.hex(), height: head.header.number },
    finalizedHeight: world.oracle.highest,
    states: ["Bootstrap", ...history.map(({ to }) => to)],
    violations: world.judge.violations,
    sometimes: world.judge.sometimes.all(),
  };
}

/** Transfers all the time; joiners register in the second epoch and leave behind the middle of the run. */
function schedulePeople(world: NetworkWorld, { n, joiners, slotsPerEpoch }: NetworkOptions, slots: number): void {
  const people = world.chain.people.length;
  for (let s = 1; s < slots; s += 2) {
    world.at(s * SLOT_MS + 3_000, () => {
      const node = world.random.pick(world.nodes);
      const to = world.chain.people[world.random.below(people)]!.account;
      world.submit(node, people - 1 - world.random.below(2), Transfer.of({ to, amount: krat12(KRAT) }));
    });
  }
  for (let i = 0; i < joiners; i++) {
    const node = world.nodes[n + i]!;
    world.at((slotsPerEpoch + 2) * SLOT_MS, () => world.submit(node, n + i, RegisterValidator.of({ stake: STAKE })));
    world.at((slots / 2) * SLOT_MS, () => world.submit(node, n + i, UnregisterValidator.of({})));
  }
}

/** A few restarts before the network heals, one node at a time. */
function scheduleRestarts(world: NetworkWorld, { healsAtMs }: NetworkOptions): void {
  for (let atMs = 60_000; atMs + 60_000 < healsAtMs; atMs += 120_000) {
    world.at(atMs, () => world.restart(world.random.pick(world.nodes), world.random.between(3_000, 45_000)));
  }
}

/** Behind a calm stretch finality is near the head, and everybody is on one chain. */
function judgeEnd(world: NetworkWorld, { healsAtMs }: NetworkOptions): void {
  if (world.nowMs < healsAtMs + 20 * SLOT_MS) return;
  const honest = world.nodes.filter(({ role }) => role === "honest");
  const censored = world.chain.people.at(-1)!.account;
  // Leaders change: whoever is left out by some is served by the others.
  const { nonce } = honest[0]!.chain.head.entries.get(accounts.of(censored));
  if (nonce === 0) world.judge.report("liveness", 0, "nothing of a censored person is in the chain");
  const highest = Math.max(...honest.map(({ chain }) => chain.head.header.number));
  for (const { index, chain, gadget } of honest) {
    const { number } = chain.finalized.header;
    if (gadget.active && highest - number > MAX_LAG) {
      world.judge.report(
        "liveness",
        highest,
        `node ${index} has final ${number} of ${highest}, set ${gadget.set.id} round ${gadget.round}`,
      );
    }
  }
}
