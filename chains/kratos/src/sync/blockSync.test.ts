import assert from "node:assert/strict";
import { test } from "node:test";
import { height, millis } from "@polis/codec";
import fc from "fast-check";
import { straight } from "../testing/blockTree.ts";
import { type Behaviour, SyncWorld, statusOf, treeWith } from "../testing/syncWorld.ts";

const long = straight(160);
const server = treeWith(long, long.blocks);
const short = straight(60);
const shortServer = treeWith(short, short.blocks);
const headOf = (world: SyncWorld) => world.tree.head.header.number;
const silent: Behaviour = (request, honest) => (request.kind === "sync" ? "timeout" : honest());

test("a node without blocks downloads them faster than 500 a second, in batches of 50 and steps of 16", () => {
  const world = new SyncWorld(long.chain);
  const begin = world.now;
  world.connect("a", server);
  assert.equal(world.sync.progress(millis(world.now)).state, "Synced");
  assert.ok(world.until(() => headOf(world) === 160, 10_000));
  assert.ok(world.now - begin < 320, `${world.now - begin} ms`);
  assert.equal(world.mostImports, 16);
  assert.deepEqual(
    world.asked("sync").map(({ request }) => request.kind === "sync" && [request.fromBlock, request.maxBlocks]),
    [
      [1, 50],
      [51, 50],
      [101, 50],
      [151, 10],
    ],
  );
  assert.deepEqual(world.sync.progress(millis(world.now)), { state: "Synced", current: 160, highest: 160, rate: 160 });
  assert.equal(world.sync.gap, 0);
  assert.equal(world.sync.inFlight, 0);
});

test("I44: with peers that do not answer at most 3 requests are open, 500 ms apart, and the count returns to 0", () => {
  const world = new SyncWorld(long.chain);
  for (const peer of ["a", "b", "c", "d"]) world.connect(peer, server, silent);
  assert.ok(world.until(() => world.asked("sync").length >= 12, 200_000));
  assert.equal(world.mostInFlight, 3);
  const times = world.sent.filter(({ request }) => request.kind === "sync").map(({ at }) => at);
  // The first one follows the proof of a height; nothing else was answered.
  for (const [i, at] of times.entries()) if (i > 1) assert.ok(at - times[i - 1]! >= 500, `${at - times[i - 1]!}`);
  for (const peer of ["a", "b", "c", "d"]) world.step({ kind: "disconnected", peer });
  assert.equal(world.sync.inFlight, 0);
  assert.equal(world.sync.progress(millis(world.now)).state, "Idle");
});

test("I44: whatever the peers do, 3 requests at most are open, and each needs a full answer or 500 ms", () => {
  const behaviours: readonly Behaviour[] = [
    (_, honest) => honest(),
    (request, honest) => (request.kind === "sync" ? "timeout" : honest()),
    (request, honest) => (request.kind === "sync" ? "refused" : honest()),
    (request, honest) => (request.kind === "sync" ? Uint8Array.of(1, 2, 3) : honest()),
    (request, honest) => {
      const answer = honest();
      return request.kind === "sync" && answer.kind === "sync"
        ? { ...answer, blocks: answer.blocks.slice(0, 7), hasMore: true }
        : answer;
    },
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...behaviours), { minLength: 1, maxLength: 5 }), (chosen) => {
      const world = new SyncWorld(short.chain);
      for (const [i, behaviour] of chosen.entries()) world.connect(`peer ${i}`, shortServer, behaviour);
      const isGood = chosen.some((one) => one === behaviours[0] || one === behaviours[4]);
      const isDone = world.until(() => headOf(world) === 60, 120_000);
      if (isGood) assert.ok(isDone);
      assert.ok(world.mostInFlight <= 3);
      const answered = world.asked("sync").filter(({ peer }) => {
        const behaviour = chosen[Number(peer.slice(5))];
        return behaviour === behaviours[0] || behaviour === behaviours[4];
      });
      const proofs = world.asked("headerByNumber").length;
      const paced = world.sent.filter(({ request }) => request.kind === "sync" || request.kind === "headerByNumber");
      const intervals = (world.now - 2_000_000_000) / 500;
      assert.ok(paced.length <= 1 + intervals + answered.length + proofs);
    }),
    { numRuns: 15 },
  );
});

test("after a failure another peer is asked", () => {
  const world = new SyncWorld(long.chain);
  world.connect("a", server, silent);
  world.connect("b", server);
  assert.ok(world.until(() => headOf(world) === 160, 40_000));
  assert.equal(world.asked("sync")[0]!.peer, "a");
  assert.equal(world.asked("sync").at(-1)!.peer, "b");
  assert.deepEqual(world.punished, []);
});

test("the greatest height is asked first, then the greatest score", () => {
  const world = new SyncWorld(long.chain);
  const unproven: Behaviour = (request, honest) =>
    request.kind === "headerByNumber" ? { kind: "notFound" } : honest();
  for (const peer of ["a", "b", "c"]) world.connect(peer, server, unproven);
  world.until(() => false, 5_000);
  world.book.charge(millis(world.now), "c", "newTransaction");
  for (const peer of ["a", "b", "c"]) world.book.prove(peer, peer === "a" ? 100 : 160);
  world.step({ kind: "timer" });
  assert.ok(world.until(() => headOf(world) === 160, 10_000));
  assert.deepEqual([...new Set(world.asked("sync").map(({ peer }) => peer))], ["c"]);
});

test("a gap of up to ten blocks is left to gossip for five seconds", () => {
  const world = new SyncWorld(long.chain, treeWith(long, long.blocks.slice(0, 150)));
  world.connect("a", server);
  assert.equal(
    world.until(() => world.asked("sync").length > 0, 4_900),
    false,
  );
  assert.equal(world.sync.gap, 10);
  assert.ok(world.until(() => headOf(world) === 160, 1_000));
  const more = new SyncWorld(long.chain, treeWith(long, long.blocks.slice(0, 149)));
  more.connect("a", server);
  assert.ok(more.until(() => headOf(more) === 160, 1_000));
});

test("more than a thousand blocks behind is far behind; a height counts when its header came (S13)", () => {
  const world = new SyncWorld(long.chain, treeWith(long, long.blocks.slice(0, 20)));
  const claim = { ...statusOf(server, millis(0)), bestBlock: height(1_161) };
  world.connect("a", server, (request) =>
    request.kind === "status" ? { kind: "status", status: claim, peerCount: 0 } : "timeout",
  );
  world.until(() => false, 10_000);
  assert.equal(world.sync.gap, 0);
  world.book.prove("a", 1_021);
  assert.equal(world.sync.progress(millis(world.now)).state, "FarBehind");
});

test("answers that a size limit cut short are completed", () => {
  const world = new SyncWorld(long.chain);
  world.connect("a", server, (request, honest) => {
    const answer = honest();
    if (request.kind !== "sync" || answer.kind !== "sync") return answer;
    return { ...answer, blocks: answer.blocks.slice(0, 9), hasMore: true };
  });
  assert.ok(world.until(() => headOf(world) === 160, 10_000));
  assert.deepEqual(world.punished, []);
  assert.equal(world.book.score(millis(world.now), "a"), 200);
});

test("a status of another chain is a ban, and that of a joining node is none", () => {
  const world = new SyncWorld(long.chain);
  const zeros = "00".repeat(32) as typeof server.genesis.hash;
  const other = "11".repeat(32) as typeof server.genesis.hash;
  for (const peer of ["a", "b"]) world.connect(peer, server);
  world.step({ kind: "status", peer: "a", status: { ...statusOf(server, millis(0)), genesisHash: zeros } });
  world.step({ kind: "status", peer: "b", status: { ...statusOf(server, millis(0)), genesisHash: other } });
  assert.deepEqual(world.punished, ["b ban otherGenesis"]);
  assert.equal(world.book.isJoining("a"), true);
  world.step({ kind: "status", peer: "a", status: statusOf(server, millis(0)) });
  assert.equal(world.book.isJoining("a"), false);
  assert.ok(world.book.isBanned(millis(world.now), "b"));
});

test("statuses are asked for at connection and every 15 seconds, and are samples of the clock", () => {
  const world = new SyncWorld(long.chain, treeWith(long, long.blocks));
  world.connect("a", server);
  world.until(() => false, 46_000);
  assert.deepEqual(
    world.asked("status").map(({ at }) => at - 2_000_000_000),
    [0, 15_000, 30_000, 45_000],
  );
  const heard = world.effects.filter((effect) => effect.kind === "heard");
  assert.deepEqual(
    heard.map(({ sentAt }) => sentAt! - 2_000_000_000),
    [0, 15_000, 30_000, 45_000],
  );
});

test("an answer that the network forgets to give counts as none after 35 seconds", () => {
  const world = new SyncWorld(long.chain);
  world.step({ kind: "connected", peer: "a" });
  assert.equal(world.sync.owns(1), true);
  world.until(() => !world.sync.owns(1), 36_000);
  assert.equal(world.sync.owns(1), false);
  assert.ok(world.book.score(millis(world.now), "a") < 100);
});
