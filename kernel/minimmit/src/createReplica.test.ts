import assert from "node:assert/strict";
import { test } from "node:test";
import { Cluster } from "./testing/cluster.ts";

test("six replicas finalize the same chain (1.4)", () => {
  const cluster = new Cluster().start();
  cluster.run(5000);
  const { low, high } = cluster.heights();
  assert.ok(low >= 30, `only ${low} heights in 5 s`);
  assert.ok(high - low <= 2, `${low}..${high}`);
  const shortest = cluster.finalized.reduce((a, b) => (a.length < b.length ? a : b));
  for (const chain of cluster.finalized) assert.deepEqual(chain.slice(0, shortest.length), shortest);
  assert.deepEqual(cluster.faults, []);
});
