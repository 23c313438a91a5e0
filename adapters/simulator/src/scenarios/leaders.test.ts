import assert from "node:assert/strict";
import { test } from "node:test";
import type { Millis } from "@polis/codec";
import { stage } from "./stage.ts";

const T0 = 400;
const DELAY_MS = 20;
/** T0 is 2Δ. */
const DELTA_MS = T0 / 2;

/** The longest time between two finalizations at node 0 during `ms`. */
function longestGap(s: ReturnType<typeof stage>, ms: number): number {
  let last = s.world.nowMs;
  let gap = 0;
  s.nodes[0]!.watcher = {
    finalized: () => {
      gap = Math.max(gap, s.world.nowMs - last);
      last = s.world.nowMs;
    },
  };
  s.run(ms);
  return Math.max(gap, s.world.nowMs - last);
}

test("ML2: a crashed leader costs at most 3Δ beside the usual pace", (t) => {
  const s = stage({ seed: 6, delay: { kind: "fixed", us: DELAY_MS * 1000 } });
  s.run(1000);
  const usual = longestGap(s, 3000);
  s.nodes[4]!.crash();
  const gap = longestGap(s, 6000);
  t.diagnostic(`usual gap ${usual} ms, with a crashed leader ${gap} ms`);
  assert.ok(gap - usual <= 3 * DELTA_MS, `${gap} after ${usual}`);
  assert.deepEqual(s.oracle.violations, []);
});

test("ML2: an equivocating leader costs at most 4Δ beside the usual pace, and leaves evidence", (t) => {
  const faulty = new Map([[4, "equivocator"]]);
  const usual = longestGap(stage({ seed: 7, delay: { kind: "fixed", us: DELAY_MS * 1000 } }), 4000);
  const s = stage({ seed: 7, delay: { kind: "fixed", us: DELAY_MS * 1000 }, faulty });
  s.run(500);
  const gap = longestGap(s, 20_000);
  t.diagnostic(`usual gap ${usual} ms, with an equivocator ${gap} ms`);
  assert.ok(gap - usual <= 4 * DELTA_MS + DELAY_MS, `${gap} after ${usual}`);
  assert.ok(s.oracle.sometimes.counts.evidence! > 0);
  assert.deepEqual(s.oracle.violations, []);
});

test("R15: a leader that is dead for long is skipped without a timeout", () => {
  const s = stage({ seed: 8 });
  s.run(1000);
  s.nodes[2]!.crash();
  s.run(20_000);
  const gap = longestGap(s, 6000);
  assert.ok(gap < T0, `${gap}`);
  assert.ok(s.oracle.sometimes.counts["inactive leader skipped"]! > 0);
  assert.deepEqual(s.oracle.violations, []);
});

test("T25: a slow replica that was cut off leads its share of the blocks again", (t) => {
  const s = stage({ seed: 9, delay: { kind: "uniform", minUs: 8000, maxUs: 12_000 } });
  const slow = s.nodes[5]!;
  for (const other of s.nodes) {
    s.network.slowDown(slow, other, 150_000);
    s.network.slowDown(other, slow, 40_000);
  }
  s.run(2000);
  s.network.cut((from, to) => from === slow || to === slow);
  s.run(5000);
  s.network.cut(() => false);
  const before = s.oracle.chain.height;
  s.run(20_000);
  const led = s.oracle.chain.chain.slice(before + 1).filter((block) => block.view % 6 === 5).length;
  const all = s.oracle.chain.height - before;
  t.diagnostic(`${led} of ${all} blocks led by the slow replica`);
  assert.ok(led * 20 > all, `${led} of ${all}`);
  assert.deepEqual(s.oracle.violations, []);
});

test("T27: idle minutes nullify nothing, also when only some replicas hold the next transaction", () => {
  const s = stage({ seed: 10, idle: true });
  s.run(20_000);
  for (let i = 0; i < 40; i++) {
    for (const node of s.nodes.slice(0, 3)) node.submit(s.setup.ledger.transaction(i));
    s.run(250);
  }
  assert.ok(s.oracle.chain.height > 150);
  for (const [view, record] of s.oracle.votes.views) assert.equal(record.nullifies.count, 0, `view ${view}`);
  assert.deepEqual(s.oracle.violations, []);
});

test("T19: unequal timers with proposals arriving between them: the back-off rises and finality comes", (t) => {
  const consensus = { maxViewTimeoutMs: 6000 as Millis };
  const s = stage({ seed: 11, n: 11, delay: { kind: "fixed", us: 390_000 }, consensus });
  // T0 is 333 ms on four clocks and 500 ms on the others; a proposal needs 390 ms.
  for (const node of s.nodes) node.clock.setRate(node.id < 4 ? 1200 : 800);
  s.run(3000);
  const nullified = [...s.oracle.votes.views.values()].filter((record) => record.nullifies.count > 0).length;
  assert.ok(nullified > 0, "the fast clocks nullify at first");
  const ms = s.untilProgress(10_000, 1);
  t.diagnostic(`final after ${ms} ms`);
  assert.ok(ms !== undefined && ms <= 5000, `${ms}`);
  assert.deepEqual(s.oracle.violations, []);
});
