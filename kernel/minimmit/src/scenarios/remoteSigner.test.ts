import assert from "node:assert/strict";
import { test } from "node:test";
import type { Observation } from "../seam/effects.ts";
import { Cluster } from "../testing/cluster.ts";

function count(cluster: Cluster, node: number, what: Observation["what"]): number {
  return cluster.nodes[node]!.effects.filter((e) => e.kind === "observe" && e.observation.what === what).length;
}

function assertAgreement(cluster: Cluster): void {
  const digests = new Map<number, string>();
  for (const chain of cluster.finalized) {
    for (const { height, digest } of chain) {
      assert.equal(digests.get(height) ?? digest, digest, `I1 at height ${height}`);
      digests.set(height, digest);
    }
  }
}

test("a validator whose signer does not answer follows; when it answers again the validator votes and leads", () => {
  let isUp = true;
  const cluster = new Cluster({ signs: (node) => isUp || node !== 2 }).start();
  cluster.run(1_000);
  assert.ok(count(cluster, 2, "voted") > 3 && count(cluster, 2, "proposed") > 0);
  isUp = false;
  const [voted, nullified, proposed] = ["voted", "nullifySent", "proposed"].map((what) =>
    count(cluster, 2, what as Observation["what"]),
  );
  const before = cluster.heights().low;
  assert.ok(
    cluster.run(20_000, () => cluster.heights().low >= before + 20),
    "all six finalize, the silent one too",
  );
  assert.equal(count(cluster, 2, "voted"), voted);
  assert.equal(count(cluster, 2, "nullifySent"), nullified);
  assert.equal(count(cluster, 2, "proposed"), proposed);
  isUp = true;
  assert.ok(cluster.run(20_000, () => count(cluster, 2, "voted") > voted! + 5));
  assert.ok(cluster.run(20_000, () => count(cluster, 2, "proposed") > proposed! + 1));
  assertAgreement(cluster);
});

test("when all signers are away nothing becomes final, and everything goes on when they are back", () => {
  let isUp = true;
  const cluster = new Cluster({ signs: () => isUp }).start();
  for (let round = 0; round < 8; round++) {
    cluster.run(300 + 37 * round);
    isUp = false;
    cluster.run(2_000);
    const stuck = cluster.heights().high;
    cluster.run(5_000);
    assert.equal(cluster.heights().high, stuck);
    isUp = true;
    assert.ok(
      cluster.run(30_000, () => cluster.heights().low >= stuck + 3),
      `round ${round}`,
    );
  }
  assertAgreement(cluster);
});

test("a network of one whose signer answers only now and then finalizes", () => {
  for (const every of [2, 5]) {
    let asked = 0;
    const cluster = new Cluster({ n: 1, f: 0, signs: () => ++asked % every === 0 }).start();
    assert.ok(
      cluster.run(60_000, () => cluster.heights().low >= 10),
      `every ${every}`,
    );
  }
});

test("a restart while the signer is away loses no vote: it counts again when the signer is back (T12)", () => {
  let isUp = true;
  const cluster = new Cluster({ n: 1, f: 0, signs: () => isUp }).start();
  cluster.run(500);
  cluster.crash(0);
  isUp = false;
  cluster.restart(0);
  cluster.run(1_000);
  isUp = true;
  const before = cluster.heights().low;
  assert.ok(cluster.run(20_000, () => cluster.heights().low >= before + 5));
});
