import assert from "node:assert/strict";
import { test } from "node:test";
import { Samples } from "./samples.ts";

test("percentiles by nearest rank", () => {
  const samples = new Samples();
  for (let i = 100; i >= 1; i--) samples.add(i);
  assert.equal(samples.percentile(0.5), 50);
  assert.equal(samples.percentile(0.99), 99);
  assert.equal(samples.percentile(1), 100);
  assert.deepEqual(samples.summary(), { p50: 50, p99: 99 });
});

test("nothing measured is null, not zero", () => {
  assert.deepEqual(new Samples().summary(), { p50: null, p99: null });
});

test("memory is bounded and the shape is kept", () => {
  const samples = new Samples(1000);
  for (let i = 0; i < 100_000; i++) samples.add(i % 1000);
  assert.equal(samples.count, 100_000);
  const p50 = samples.percentile(0.5) ?? -1;
  assert.ok(p50 > 300 && p50 < 700, `p50 ${p50}`);
});

test("cleared samples start anew", () => {
  const samples = new Samples(4);
  for (let i = 0; i < 100; i++) samples.add(i);
  samples.clear();
  assert.deepEqual([samples.count, samples.summary()], [0, { p50: null, p99: null }]);
  samples.add(7);
  samples.add(8);
  assert.deepEqual([samples.count, samples.summary()], [2, { p50: 7, p99: 8 }]);
});
