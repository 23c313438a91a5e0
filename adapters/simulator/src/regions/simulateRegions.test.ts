import assert from "node:assert/strict";
import { test } from "node:test";
import { simulateRegions } from "./simulateRegions.ts";

test("at one fixed delay a view and its finality take exactly two delays", () => {
  const report = simulateRegions({ n: 6, views: 30, seed: 1, latencyMs: 50 });
  assert.deepEqual(report.violations, []);
  assert.equal(report.viewMs.mean, 100);
  assert.equal(report.finalityMs.mean, 100);
  assert.equal(report.ideal.viewMs.mean, 100);
});

test("over the distances of ten regions the replicas are within 5 % of the protocol on paper", (t) => {
  for (const [n, views] of [
    [11, 100],
    [50, 12],
  ] as const) {
    const report = simulateRegions({ n, views, seed: 1 });
    t.diagnostic(`n=${n}: view ${report.viewMs.mean} ms, final ${report.finalityMs.mean} ms`);
    assert.deepEqual(report.violations, []);
    assert.ok(Math.abs(report.perMilleOfIdeal.view - 1000) <= 50, `${report.perMilleOfIdeal.view}`);
    assert.ok(Math.abs(report.perMilleOfIdeal.finality - 1000) <= 50, `${report.perMilleOfIdeal.finality}`);
    assert.ok(Math.abs(report.perMilleOfIdeal.paymentFinality - 1000) <= 50);
  }
});
