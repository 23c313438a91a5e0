import assert from "node:assert/strict";
import { test } from "node:test";
import { stage } from "./stage.ts";

const K = 64;

test("Z20: a ten-minute 4/2 split costs at most k views, and after it all are at the tip within 30 s", (t) => {
  const s = stage();
  s.run(2000);
  s.split([0, 1]);
  s.run(600_000);
  const open = s.nodes.map((node) => node.replica!.view - node.replica!.finalizedView);
  assert.ok(Math.max(...open) <= K + 1, `${open}`);
  for (const node of s.nodes) {
    const sizes = node.replica!.sizes();
    assert.ok(sizes.openViews <= 2 * K && sizes.blockBytes < 1 << 20, JSON.stringify(sizes));
    assert.ok(node.disk.bytes < 4 << 20, `${node.disk.bytes} bytes on disk`);
  }
  s.heal();
  const first = s.untilProgress(30_000, 1);
  assert.deepEqual(s.oracle.violations, []);
  assert.ok(first !== undefined && first <= 5000, `first finality after ${first} ms`);
  assert.ok(s.untilProgress(5000, 5) !== undefined);
  t.diagnostic(`open views ${Math.max(...open)}, all at a new tip ${first} ms after healing`);
});

test("Z20: in a 3/3 split no side runs ahead by more than k views, and healing brings progress", () => {
  const s = stage({ seed: 2 });
  s.run(2000);
  s.split([0, 2, 4]);
  s.run(120_000);
  for (const node of s.nodes) assert.ok(node.replica!.view <= node.replica!.finalizedView + K, `${node.replica!.view}`);
  s.heal();
  assert.ok(s.untilProgress(10_000, 5) !== undefined);
  assert.deepEqual(s.oracle.violations, []);
});

test("Z15: a replica that receives no certificate for 1,000 views follows by votes and fetches", () => {
  const s = stage({ seed: 3, delay: { kind: "fixed", us: 5000 } });
  const deaf = s.nodes[3]!;
  deaf.filter = (_from, message) => message.kind === "certificate";
  s.runUntil(120_000, () => s.nodes[0]!.replica!.view > 1000);
  assert.ok(s.nodes[0]!.replica!.view > 1000);
  s.run(1500);
  assert.ok(deaf.replica!.lastFinalized.view > 990, `${deaf.replica!.lastFinalized.view}`);
  assert.deepEqual(s.oracle.violations, []);
});

test("Z21: after 200 consecutive nullified views the network recovers", () => {
  const s = stage({ seed: 4 });
  s.run(1000);
  // Nobody can deliver a proposal, everything else arrives: every view is nullified.
  for (const node of s.nodes) node.filter = (_from, message) => message.kind === "propose";
  const start = s.nodes[0]!.replica!.view;
  s.runUntil(900_000, () => s.nodes[0]!.replica!.view > start + 200);
  assert.ok(s.nodes[0]!.replica!.view > start + 200, `${s.nodes[0]!.replica!.view}`);
  for (const node of s.nodes) node.filter = undefined;
  assert.ok(s.untilProgress(20_000, 5) !== undefined);
  assert.deepEqual(s.oracle.violations, []);
});

test("T20: a laggard cut off while the others run ahead catches up within seconds", () => {
  const s = stage({ seed: 5 });
  s.split([5]);
  s.runUntil(600_000, () => s.nodes[0]!.replica!.view > 1500);
  assert.ok(s.nodes[0]!.replica!.view > 1500);
  s.heal();
  const ms = s.untilProgress(10_000);
  assert.ok(ms !== undefined && ms <= 8000, `${ms}`);
  assert.deepEqual(s.oracle.violations, []);
});
