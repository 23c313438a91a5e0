import assert from "node:assert/strict";
import { test } from "node:test";
import { Cluster } from "../testing/cluster.ts";

/** Every node's finalized chain is a prefix of the longest one (I1). */
function assertAgreement(cluster: Cluster): void {
  const chains = cluster.finalized.map((chain) => chain.map(({ view, height, digest }) => ({ view, height, digest })));
  const longest = chains.reduce((a, b) => (a.length >= b.length ? a : b));
  for (const chain of chains) {
    const offset = chain.length === 0 ? 0 : chain[0]!.height - 1;
    assert.deepEqual(chain, longest.slice(offset, offset + chain.length));
  }
}

/** The nodes' validators that are up reach a common tip and go on from there. */
function assertLive(cluster: Cluster, ms: number, more = 5): void {
  const start = cluster.heights().high;
  const done = cluster.run(ms, () => cluster.heights().low >= start + more);
  const status = cluster.nodes.map(({ replica, up }) =>
    up ? `${replica.view}/${replica.lastFinalized.view}/${replica.finalizedView}` : "down",
  );
  assert.ok(done, `stuck at ${JSON.stringify(cluster.heights())}, wanted ${start + more}: ${status.join(" ")}`);
}

test("a crashed replica costs the views it leads and no more (P3, T12)", () => {
  const cluster = new Cluster({ absent: [2] }).start();
  assertLive(cluster, 20_000, 30);
  assertAgreement(cluster);
});

test("a restarted replica catches up and votes again (P8, R26, R28)", () => {
  const cluster = new Cluster().start();
  cluster.run(1000);
  cluster.crash(3);
  cluster.run(20_000);
  cluster.restart(3);
  assertLive(cluster, 3000);
  assertAgreement(cluster);
  const before = cluster.nodes[3]!.effects.filter((e) => e.kind === "observe" && e.observation.what === "voted").length;
  cluster.run(1000);
  const after = cluster.nodes[3]!.effects.filter((e) => e.kind === "observe" && e.observation.what === "voted").length;
  assert.ok(after > before + 3);
});

test("all replicas restart at the same time, at many moments (T22)", () => {
  for (let at = 0; at < 600; at += 23) {
    const cluster = new Cluster().start();
    cluster.run(300 + at);
    for (let i = 0; i < 6; i++) cluster.crash(i);
    cluster.run(100);
    for (let i = 0; i < 6; i++) cluster.restart(i);
    assertLive(cluster, 10_000);
    assertAgreement(cluster);
  }
});

test("a wiped replica without journal follows, then votes from its safe view on (R27, T23)", () => {
  const cluster = new Cluster().start();
  cluster.run(2000);
  cluster.crash(1);
  cluster.run(1000);
  cluster.wipe(1);
  cluster.run(50);
  const { replica } = cluster.nodes[1]!;
  assert.ok(replica.canVote);
  assert.ok(replica.safeView > cluster.nodes[0]!.replica.view + 50);
  assertLive(cluster, 20_000, 100);
  assertAgreement(cluster);
  assert.ok(replica.view > replica.safeView);
  for (const effect of cluster.nodes[1]!.effects) {
    if (effect.kind === "broadcast" && (effect.message.kind === "notarize" || effect.message.kind === "nullify")) {
      assert.ok(effect.message.view >= replica.safeView);
    }
  }
});

test("a 4/2 split does not finalize and heals within seconds (T8, T11)", () => {
  const side = (i: number): boolean => i < 4;
  const cluster = new Cluster({
    route: (from, to, _message, now) => (now < 60_000 && side(from) !== side(to) ? undefined : 10),
  }).start();
  cluster.run(60_000);
  for (const { replica } of cluster.nodes) {
    assert.ok(replica.lastFinalized.height === 0);
    assert.ok(replica.view <= 66, `view ${replica.view}`);
    // MI15: what is held does not grow with time but with open views.
    const sizes = replica.sizes();
    assert.ok(sizes.openViews <= 70 && sizes.votes <= 70 * 6 * 3 && sizes.blocks <= 140 && sizes.fetches < 20);
  }
  assertLive(cluster, 30_000);
  assertAgreement(cluster);
});

test("a 3/3 split heals (R4)", () => {
  const side = (i: number): boolean => i % 2 === 0;
  const cluster = new Cluster({
    route: (from, to, _message, now) => (now > 2000 && now < 40_000 && side(from) !== side(to) ? undefined : 10),
  }).start();
  cluster.run(40_000);
  const views = cluster.nodes.map(({ replica }) => replica.view);
  const final = Math.max(...cluster.nodes.map(({ replica }) => replica.finalizedView));
  assert.ok(Math.max(...views) <= final + 65);
  assertLive(cluster, 30_000);
  assertAgreement(cluster);
});

test("200 views in a row are nullified, then the chain goes on (P7)", () => {
  const cluster = new Cluster({
    config: { maxViewTimeoutMs: 400 as never, skipInactiveViews: 0 },
    route: (_from, _to, message, now) =>
      message !== "bulk" && message.kind === "propose" && now < 100_000 ? undefined : 10,
  }).start();
  cluster.run(100_000);
  assert.ok(cluster.nodes[0]!.replica.view > 190, `view ${cluster.nodes[0]!.replica.view}`);
  assertLive(cluster, 20_000);
  assertAgreement(cluster);
});

test("R31: more nullified views in a row than a signer's cap has room for do not stop the chain for good (P7)", () => {
  const cluster = new Cluster({
    config: { maxViewTimeoutMs: 400 as never, skipInactiveViews: 0, futureWindow: 12, maxViewLead: 8 },
    route: (_from, _to, message, now) =>
      message !== "bulk" && message.kind === "propose" && now < 40_000 ? undefined : 10,
  }).start();
  cluster.run(40_000);
  const { replica } = cluster.nodes[0]!;
  const cap = 3 * (12 + 8);
  assert.ok(replica.view > cap + 8, `view ${replica.view}`);
  assert.ok(replica.sizes().votes <= 6 * cap + replica.view, "the caps hold; own votes are not counted against one");
  assertLive(cluster, 20_000);
  assertAgreement(cluster);
});

test("unequal timers without nullification do not stop finality (T19)", () => {
  const cluster = new Cluster({
    n: 11,
    f: 2,
    config: { viewTimeoutMs: 400 as never, emptyBlockIntervalMs: 0 as never },
    timerRate: (node) => (node < 4 ? 800 : 1200),
    route: (_from, _to, message) => (message !== "bulk" && message.kind === "propose" ? 390 : 5),
  }).start();
  cluster.run(10_000);
  assert.ok(cluster.heights().low > 5, JSON.stringify(cluster.heights()));
  assertAgreement(cluster);
});

test("a leader gives its block to f+1 replicas only and crashes (T5)", () => {
  const cluster = new Cluster({
    route: (from, to, message) => {
      if (message !== "bulk" && message.kind === "propose" && from === 2 && to !== 0 && to !== 1) return undefined;
      return 10;
    },
  }).start();
  assertLive(cluster, 15_000, 20);
  assertAgreement(cluster);
});

test("messages lost at random do not stop the chain (P5)", () => {
  let x = 7;
  const cluster = new Cluster({
    route: () => {
      x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
      return x >>> 24 < 64 ? undefined : 5 + (x >>> 28);
    },
  }).start();
  assertLive(cluster, 60_000, 40);
  assertAgreement(cluster);
});

test("a follower without a key verifies and finalizes the chain (L1, R28)", () => {
  const cluster = new Cluster({ followers: 1 }).start();
  cluster.run(2000);
  const certificate = cluster.nodes[0]!.effects.findLast((e) => e.kind === "finalize")!.certificate;
  cluster.step(6, { kind: "message", from: 0, message: { kind: "certificate", certificate } });
  cluster.run(500);
  assert.equal(cluster.nodes[6]!.replica.lastFinalized.digest, certificate.digest);
  assert.ok(cluster.nodes[6]!.effects.every((e) => e.kind !== "broadcast" && e.kind !== "send"));
  assertAgreement(cluster);
});

test("long catch-up goes by ranges of heights, spread over peers (R28, T11)", () => {
  const cluster = new Cluster({ config: { emptyBlockIntervalMs: 0 as never }, absent: [5] });
  cluster.start();
  cluster.run(40_000);
  const target = cluster.heights().high;
  assert.ok(target > 400, `only ${target}`);
  cluster.restart(5);
  const done = cluster.run(5000, () => cluster.nodes[5]!.replica.lastFinalized.height >= target);
  assert.ok(done, `at ${cluster.nodes[5]!.replica.lastFinalized.height} of ${target}`);
  const asked = cluster.nodes[5]!.effects.filter((e) => e.kind === "fetch" && e.request.kind === "blockRange");
  assert.ok(asked.length < 40, `${asked.length} range requests`);
  assert.ok(new Set(asked.map((e) => (e.kind === "fetch" ? e.to : 0))).size > 1);
  assertAgreement(cluster);
});
