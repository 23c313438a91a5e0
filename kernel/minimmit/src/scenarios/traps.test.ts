import assert from "node:assert/strict";
import { test } from "node:test";
import type { Millis, View } from "@polis/codec";
import { Cluster } from "../testing/cluster.ts";
import { inspectMockBlock } from "../testing/mockBlock.ts";
import { createMockKeys } from "../testing/mockScheme.ts";

const ms = (value: number): Millis => value as Millis;
const isVote = (kind: string): boolean => kind === "notarize" || kind === "nullify";

/** Runs until all nodes but `except` have finalized `more` heights beyond the present best. */
function assertLive(cluster: Cluster, within: number, more = 3, except: readonly number[] = []): void {
  const goal = cluster.heights().high + more;
  const good = cluster.nodes.filter((_, i) => !except.includes(i));
  const done = cluster.run(within, () => good.every(({ replica }) => replica.lastFinalized.height >= goal));
  const where = good.map(({ replica }) => `${replica.view}/${replica.lastFinalized.height}/F${replica.finalizedView}`);
  assert.ok(done, `stuck below ${goal}: ${where.join(" ")}`);
}

for (const accountable of [true, false]) {
  test(`T20: a laggard cut off at view 1 while f replicas nullify everywhere, ${accountable ? "" : "no "}bitmaps`, () => {
    const byzantine = 5;
    const keys = createMockKeys(byzantine as never);
    let silent = false;
    const cluster = new Cluster({
      accountable,
      config: { maxViewLead: 8, maxViewTimeoutMs: ms(400), skipInactiveViews: 0 },
      route: (from, to, message, now) => {
        if (now < 40_000 && (from === 0 || to === 0)) return undefined;
        if (from === byzantine && silent) return undefined;
        // The Byzantine replica is everywhere with nullifies, so nothing gets L notarizes of the four others.
        return message !== "bulk" && message.kind === "propose" && now < 40_000 ? undefined : 10;
      },
    });
    cluster.intercept = (from, _to, message) => {
      if (from !== byzantine || message.kind !== "notarize") return message;
      const { epoch, view, signer } = message;
      return { kind: "nullify", epoch, view, signer, sig: keys.signNullify(epoch, view) };
    };
    cluster.start();
    cluster.run(40_000);
    assert.ok(cluster.nodes[1]!.replica.view > 40, `view ${cluster.nodes[1]!.replica.view}`);
    assert.equal(cluster.nodes[0]!.replica.view, 1);
    assert.equal(cluster.nodes[1]!.replica.lastFinalized.height, 0);
    silent = true;
    assertLive(cluster, 20_000, 3, [byzantine]);
  });
}

test("T21: a replica with empty storage at view 1 reaches others that are stalled because they need it", () => {
  const cluster = new Cluster({ absent: [5] }).start();
  cluster.run(5000);
  cluster.crash(4);
  cluster.run(20_000);
  // L = 5 of the six are needed: 4 is gone, so only the empty replica 5 can help.
  const stalled = cluster.heights().high;
  assert.ok(stalled > 10);
  cluster.wipe(5, true);
  assertLive(cluster, 15_000, 3, [4]);
});

test("T22: all replicas lose power after any persist, and go on from disk", () => {
  for (let cut = 1; cut < 60; cut += 4) {
    const cluster = new Cluster({ config: { skipInactiveViews: 0 } });
    let persists = 0;
    const step = cluster.step.bind(cluster);
    cluster.step = (i, event) => {
      const effects = step(i, event);
      persists += effects.filter((effect) => effect.kind === "persist").length;
      return effects;
    };
    // Proposals of every third view are lost, so nullifications are among what must survive.
    cluster.route = (_from, _to, message) =>
      message !== "bulk" && message.kind === "propose" && message.view % 3 === 0 ? undefined : 10;
    cluster.start();
    cluster.run(5);
    persists = 0;
    cluster.run(60_000, () => persists >= cut);
    for (let i = 0; i < 6; i++) cluster.crash(i);
    for (let i = 0; i < 6; i++) cluster.restart(i);
    assertLive(cluster, 20_000);
  }
});

test("T25: a slow replica that comes back leads its share of blocks again", () => {
  const slow = 3;
  const cluster = new Cluster({
    config: { emptyBlockIntervalMs: ms(0), viewTimeoutMs: ms(500), skipInactiveViews: 16 },
    route: (from, to, _message, now) => {
      if (from !== slow && to !== slow) return 3;
      return now < 5000 ? undefined : 60;
    },
  }).start();
  cluster.run(6000);
  const from = cluster.finalized[0]!.length;
  cluster.run(8000);
  const later = cluster.finalized[0]!.slice(from);
  const led = later.filter(({ view }) => view % 6 === slow).length;
  assert.ok(later.length > 100 && led * 10 > later.length, `${led} of ${later.length}`);
});

test("T27: an idle network nullifies nothing, also when three pools hold what the leaders lack", () => {
  const cluster = new Cluster({ config: { viewTimeoutMs: ms(400), emptyBlockIntervalMs: ms(200) } });
  for (const i of [0, 1, 2]) cluster.nodes[i]!.replica.step(ms(0), { kind: "pool", executable: true });
  cluster.start();
  cluster.run(20_000);
  const nullified = cluster.nodes.flatMap(({ effects }) =>
    effects.filter((effect) => effect.kind === "observe" && effect.observation.what === "nullifySent"),
  );
  assert.equal(nullified.length, 0);
  assert.ok(cluster.heights().low > 80);
});

test("T14: a replica that pauses for ten seconds goes on with at most one nullify for the view it was in", () => {
  const cluster = new Cluster().start();
  cluster.run(1000);
  const node = cluster.nodes[2]!;
  const { view } = node.replica;
  const before = node.effects.length;
  cluster.now += 10_000;
  cluster.run(1);
  const votes = node.effects
    .slice(before)
    .flatMap((e) =>
      e.kind === "broadcast" && isVote(e.message.kind) ? [e.message as { view: View; kind: string }] : [],
    );
  assert.ok(votes.filter((vote) => vote.kind === "nullify" && vote.view === view).length <= 1);
  assertLive(cluster, 10_000);
});

test("R21, P4: an equivocating leader costs no timer", () => {
  const cluster = new Cluster({ config: { viewTimeoutMs: ms(2000), emptyBlockIntervalMs: ms(10) } });
  const keys = createMockKeys(1 as never);
  cluster.intercept = (from, to, message) => {
    if (from !== 1 || message.kind !== "propose" || message.view !== 1 || to % 2 === 0) return message;
    const block = message.block.slice();
    block[71] = 99;
    const inspected = inspectMockBlock(block);
    if (!inspected.ok) return undefined;
    const { epoch, view, digest, parentView, parentDigest } = inspected.value;
    const proposeSig = keys.signProposal({ epoch, view, digest, parentView, parentDigest });
    return { ...message, block, proposeSig, voteSig: keys.signNotarize(epoch, view, digest) };
  };
  cluster.start();
  cluster.run(1000, () => cluster.nodes.every(({ replica }) => replica.view >= 2));
  assert.ok(cluster.now < 200, `view 1 took ${cluster.now} ms`);
  assertLive(cluster, 5000);
});

test("T1, MI2: over many crashes no key ever signs two blocks or a block after a nullify in one view", () => {
  const said = new Map<string, string[]>();
  const cluster = new Cluster({ config: { emptyBlockIntervalMs: ms(20) } });
  cluster.intercept = (from, _to, message) => {
    if (message.kind === "notarize" || message.kind === "nullify") {
      const key = `${from}/${message.view}`;
      const what = message.kind === "notarize" ? message.digest : "nullify";
      const list = said.get(key) ?? [];
      if (!list.includes(what)) said.set(key, [...list, what]);
    }
    return message;
  };
  let x = 99;
  const draw = (m: number): number => {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    return (x >>> 8) % m;
  };
  cluster.route = () => (draw(8) === 0 ? undefined : 1 + draw(80));
  cluster.start();
  for (let i = 0; i < 150; i++) {
    cluster.run(20 + draw(150));
    const victim = draw(6);
    cluster.crash(victim);
    cluster.restart(victim);
  }
  assert.ok(said.size > 200);
  for (const [key, list] of said) {
    assert.ok(
      list.length === 1 || (list.length === 2 && list[0] !== "nullify" && list[1] === "nullify"),
      `${key}: ${list}`,
    );
  }
});
