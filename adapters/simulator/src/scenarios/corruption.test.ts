import assert from "node:assert/strict";
import { test } from "node:test";
import { simulate } from "../run/simulate.ts";
import { stage } from "./stage.ts";

test("a replica with flipped bits on its disk stops, starts on an empty one and votes again without contradiction (R27)", () => {
  for (const perMille of [0, 100, 1000]) {
    const s = stage({ seed: 70 + perMille });
    s.run(2000);
    const node = s.nodes[2]!;
    node.disk.corrupt(s.prng, perMille);
    node.crash();
    node.start();
    // A damaged row that is not read at the start is met later, or by the operator's full check.
    s.run(1000);
    s.heal();
    assert.ok(s.oracle.sometimes.counts["corruption detected"]! > 0);
    assert.ok(s.runUntil(10_000, () => node.replica?.canVote === true) !== undefined);
    assert.ok(s.untilProgress(20_000, 80) !== undefined, `${s.heights()}`);
    const last = s.oracle.votes.views.get(node.replica!.lastFinalized.view);
    assert.ok(last?.notarized[2] !== undefined, "it votes again");
    assert.deepEqual(s.oracle.violations, []);
  }
});

test("negative control: a flipped bit in the journal that no checksum notices is a forgotten vote", () => {
  const s = stage({ seed: 75 });
  s.run(2000);
  const node = s.nodes[2]!;
  node.crash();
  const rows = [...node.disk.range("journal", { limit: 1000 })].map(([key, value]) => {
    const flipped = value.slice();
    flipped[5]! ^= 1;
    return { table: "journal", key, value: flipped };
  });
  assert.ok(rows.length > 0);
  node.disk.syncTo(node.disk.write(rows));
  node.start();
  s.run(100);
  assert.equal(s.oracle.violations[0]?.code, "MI7");
});

test("followers without keys reach the same chain, through partitions, crashes and lying validators (N17)", () => {
  for (const [seed, name] of [
    [1, "liar-in-sync"],
    [2, "silent"],
    [3, "twins"],
  ] as const) {
    const faulty = new Map([[0, name]]);
    const faultKinds = ["partition", "crash", "loss"] as const;
    const report = simulate({ seed, n: 6, followers: 2, faulty, faultKinds, chaosMs: 4000, healMs: 6000 });
    assert.deepEqual(report.violations, [], `seed ${seed}`);
  }
});

test("R12, N17: two or three validators and a follower go on after lost answers and restarts, with few peers to ask", () => {
  for (const [seed, n] of [
    [3, 2],
    [5, 2],
    [10, 3],
  ] as const) {
    const faultKinds = ["crash", "loss", "hold"] as const;
    const report = simulate({ seed, n, followers: 1, faultKinds, chaosMs: 4000, healMs: 14_000 });
    assert.deepEqual(report.violations, [], `seed ${seed}`);
  }
});

test("a follower that starts late follows from genesis, and signs nothing", () => {
  const s = stage({ seed: 76, followers: 1 });
  const follower = s.nodes[6]!;
  follower.crash();
  s.run(20_000);
  follower.start();
  const caughtUp = () => follower.replica!.lastFinalized.height >= s.oracle.chain.height - 3;
  assert.ok(s.oracle.chain.height > 50);
  assert.ok(s.runUntil(5000, caughtUp) !== undefined, `${s.heights()}`);
  assert.equal(follower.replica!.canVote, false);
  for (const { notarized, nullifies } of s.oracle.votes.views.values()) {
    assert.ok(notarized[6] === undefined && nullifies.has[6] !== true);
  }
  assert.deepEqual(s.oracle.violations, []);
});
