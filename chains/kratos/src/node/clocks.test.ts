import assert from "node:assert/strict";
import { test } from "node:test";
import { clocks } from "../modules/clock/clockRecord.ts";
import { State } from "../state/state.ts";
import { shortEpochs } from "../testing/blockTree.ts";
import { NodeWorld } from "./testing/nodeWorld.ts";
import type { WorldNode } from "./testing/worldNode.ts";

const SLOT_MS = 6_000;
const HOUR_MS = 3_600_000;

const slotsOf = (machine: WorldNode, since: number) =>
  machine
    .heard("produced")
    .filter(({ slot }) => slot >= since)
    .map(({ slot }) => slot);

for (const hours of [1, -1]) {
  test(`a clock that is ${hours} hour off makes its node stop producing, and right again it comes back (I42)`, () => {
    const world = new NodeWorld({ seed: 4, validators: 4, overrides: shortEpochs });
    world.start();
    world.run(10 * SLOT_MS);
    const [wrong, ...others] = world.nodes;
    const slotNow = () => Math.floor((world.nowMs - world.chain.genesis.header.timestamp * 1_000) / SLOT_MS);
    const from = slotNow() + 1;
    wrong!.offsetMs = hours * HOUR_MS;
    world.run(40 * SLOT_MS);
    assert.deepEqual(slotsOf(wrong!, from), []);
    assert.equal(wrong!.heard("clock").at(-1)?.status, "Excluded");
    const reasons = wrong!.heard("skipped").map(({ reason }) => reason);
    assert.ok(
      reasons.every((reason) => ["UnauthorizedAuthor", "the clock is Excluded"].includes(reason)),
      reasons.join(),
    );
    // Nobody else minds: blocks of the others go on and become final. A clock that is behind takes them for the future's (V16).
    for (const { tree } of hours > 0 ? world.nodes : others) {
      assert.ok(slotNow() - tree.final.header.slot <= 8, `final ${tree.final.header.slot} of ${slotNow()}`);
    }
    assert.deepEqual(
      others.flatMap((machine) => machine.heard("fault")),
      [],
    );
    wrong!.offsetMs = 0;
    const back = slotNow();
    world.runUntil("it produces again", 150 * SLOT_MS, () => slotsOf(wrong!, back).length > 0);
    assert.ok(slotNow() - wrong!.tree.final.header.slot <= 8, "it caught up");
    // Where the chain excluded it, its attestations brought it back (11.4).
    const { account } = world.chain.people[0]!;
    const { clockSyncFailures, status } = new State(wrong!.tree.head.entries).get(clocks.of(account));
    assert.deepEqual([status, clockSyncFailures], ["Healthy", 1]);
    assert.deepEqual(world.checks.violations, []);
  });
}

test("a small error of a clock is no reason to stop", () => {
  const world = new NodeWorld({ seed: 4, validators: 4 });
  world.start();
  world.nodes[0]!.offsetMs = 400;
  world.nodes[1]!.offsetMs = -400;
  world.run(40 * SLOT_MS);
  for (const machine of world.nodes) assert.ok(slotsOf(machine, 3).length > 0, machine.name);
  assert.ok(world.nodes[0]!.tree.head.header.number >= 34);
});
