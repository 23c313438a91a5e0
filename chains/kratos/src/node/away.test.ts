import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeWorld } from "./testing/nodeWorld.ts";

const SLOT_MS = 6_000;

test("a voter that was away for more rounds than anybody remembers votes again: its set may last for months (7.1, KD2)", () => {
  const world = new NodeWorld({ seed: 11, validators: 4 });
  world.start();
  world.run(5 * SLOT_MS);
  world.crash(3);
  world.run(120 * SLOT_MS);
  assert.ok(world.nodes[0]!.backend().round()!.round > 105);
  world.start(3);
  world.run(12 * SLOT_MS);
  // Now the others need it.
  world.crash(0);
  const { highest } = world.final;
  world.runUntil("finality goes on", 20 * SLOT_MS, () => world.final.lowest > highest + 3);
  assert.deepEqual(world.checks.violations, []);
});
