import assert from "node:assert/strict";
import { test } from "node:test";
import { stage } from "./stage.ts";

test("T1, Z14: a crash at every effect boundary of a node never makes it contradict itself", (t) => {
  const scenario = (fuse: number) => {
    const s = stage({ seed: 21, delay: { kind: "uniform", minUs: 3000, maxUs: 60_000 } });
    const node = s.nodes[1]!;
    const first = node.boundaries;
    node.syncUs = 2000;
    node.fuse = fuse;
    node.onCrash = () => {
      s.world.after(5, () => {
        if (!node.up) node.start();
      });
    };
    s.run(750);
    return { s, node, boundaries: node.boundaries - first };
  };
  const { boundaries } = scenario(0);
  assert.ok(boundaries > 150, `${boundaries}`);
  let crashes = 0;
  for (let fuse = 1; fuse <= boundaries; fuse++) {
    const { s, node } = scenario(fuse);
    assert.deepEqual(s.oracle.violations, [], `crash at boundary ${fuse}`);
    if (node.incarnation > 1) crashes++;
  }
  t.diagnostic(`${crashes} crashes at ${boundaries} boundaries`);
  assert.equal(crashes, boundaries);
});

test("T22: a power cut of everybody at any moment loses no proof and no body that is needed", () => {
  for (let i = 0; i < 40; i++) {
    const s = stage({ seed: 100 + i });
    for (const node of s.nodes) node.syncUs = 4000;
    s.world.runUntil(1_000_000 + i * 7919);
    for (const node of s.nodes) node.crash();
    s.run(50);
    s.heal();
    assert.ok(s.untilProgress(8000, 2) !== undefined, `seed ${100 + i}: ${s.heights()}`);
    assert.deepEqual(s.oracle.violations, []);
  }
});

test("T23, R27: a wiped disk with its key votes again only beyond every view where it may have voted", () => {
  for (let i = 0; i < 6; i++) {
    const s = stage({ seed: 200 + i });
    s.run(1500 + i * 333);
    const node = s.nodes[i]!;
    node.crash();
    node.wipe();
    s.run(30);
    node.start();
    assert.equal(node.replica!.canVote, false);
    assert.ok(s.runUntil(10_000, () => node.replica!.canVote) !== undefined);
    assert.ok(node.replica!.safeView > s.oracle.chain.chain.at(-1)!.view);
    assert.ok(s.untilProgress(20_000, 80) !== undefined, `${s.heights()}`);
    const last = s.oracle.votes.views.get(node.replica!.lastFinalized.view);
    assert.ok(last?.notarized[node.index] !== undefined, "it votes again");
    assert.deepEqual(s.oracle.violations, []);
  }
});

test("T26: a restarted replica does not skip a leader in a view in which it has voted", () => {
  for (let i = 0; i < 10; i++) {
    const s = stage({ seed: 300 + i, consensus: { skipInactiveViews: 2 } });
    s.run(1000 + i * 61);
    for (const node of s.nodes) node.crash();
    s.run(20);
    s.heal();
    assert.ok(s.untilProgress(8000, 3) !== undefined);
    assert.deepEqual(s.oracle.violations, []);
  }
});

test("T21: a replica with empty storage reaches the tip although the early proofs are pruned", () => {
  const s = stage({ seed: 41 });
  s.nodes[4]!.crash();
  s.run(60_000);
  s.nodes[4]!.disk.wipe();
  s.nodes[4]!.start();
  s.nodes[3]!.crash();
  assert.ok(
    s.runUntil(8000, () => s.nodes[4]!.replica!.lastFinalized.height >= s.oracle.chain.height - 5) !== undefined,
  );
  s.heal();
  assert.ok(s.untilProgress(8000) !== undefined);
  assert.deepEqual(s.oracle.violations, []);
});

test("T18: votes of pruned views are never signed again, however often they are replayed", () => {
  const s = stage({ seed: 42, faulty: new Map([[1, "outdated"]]) });
  for (let round = 0; round < 10; round++) {
    s.run(600);
    const node = s.nodes[round % 2 === 0 ? 0 : 3]!;
    node.crash();
    s.run(30);
    node.start();
  }
  assert.ok(s.untilProgress(8000) !== undefined);
  assert.deepEqual(s.oracle.violations, []);
});
