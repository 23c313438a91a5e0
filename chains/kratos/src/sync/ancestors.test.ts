import assert from "node:assert/strict";
import { test } from "node:test";
import { height, millis } from "@polis/codec";
import fc from "fast-check";
import { blockHash } from "../block/header.ts";
import { type Branching, growTree } from "../testing/blockTree.ts";
import { type Behaviour, SyncWorld, treeWith } from "../testing/syncWorld.ts";

/** Two branches from genesis: 12 blocks, and 20 that begin a slot later. */
const shape: readonly Branching[] = [
  ...Array.from({ length: 12 }, (_, i) => ({ on: i, skip: 0, pays: false })),
  { on: 0, skip: 1, pays: false },
  ...Array.from({ length: 19 }, (_, i) => ({ on: 13 + i, skip: 0, pays: false })),
];
const forked = growTree(shape);
const shorter = forked.blocks.slice(0, 12);
const longer = forked.blocks.slice(12);
const longTree = treeWith(forked, longer);
const tip = longer.at(-1)!;
const hides: Behaviour = (request, honest) =>
  request.kind === "blockByHash" || request.kind === "sync" ? { kind: "notFound" } : honest();

test("I43: a block of another branch brings its ancestors from its sender, the head moves, nobody is punished", () => {
  const world = new SyncWorld(forked.chain, treeWith(forked, shorter));
  world.connect("a", longTree);
  world.gossip("a", longer[11]!);
  assert.equal(world.tree.head.hash, blockHash(shorter[11]!.header));
  assert.ok(world.until(() => world.tree.head.hash === blockHash(tip.header), 30_000));
  assert.ok(world.asked("blockByHash").length >= 10);
  assert.ok(world.asked("blockByHash").every(({ peer }) => peer === "a"));
  assert.deepEqual(world.punished, []);
});

test("a download that meets another branch goes back to where the two part", () => {
  const world = new SyncWorld(forked.chain, treeWith(forked, shorter.slice(0, 5)));
  world.connect("a", longTree);
  assert.ok(world.until(() => world.tree.head.hash === blockHash(tip.header), 30_000));
  assert.deepEqual(world.punished, []);
});

test("who sends a block and cannot deliver its parent is banned: InvalidParentHash", () => {
  const world = new SyncWorld(forked.chain, treeWith(forked, shorter));
  world.connect("a", longTree, hides);
  world.until(() => false, 100);
  world.gossip("a", longer[11]!);
  world.until(() => world.punished.length > 0, 10_000);
  assert.deepEqual(world.punished, ["a ban InvalidParentHash"]);
});

test("a sender that has made another branch final since, or was restarted, is not banned for a parent that it forgot", () => {
  const final = { finalizedNumber: height(1), finalizedHash: blockHash(shorter[0]!.header) };
  const settled: Behaviour = (request, honest) => {
    const given = hides(request, honest);
    if (typeof given === "string" || given instanceof Uint8Array || given.kind !== "status") return given;
    return { ...given, status: { ...given.status, ...final } };
  };
  const world = new SyncWorld(forked.chain, treeWith(forked, shorter));
  let isSettled = false;
  world.connect("a", longTree, (request, honest) => (isSettled ? settled : hides)(request, honest));
  world.until(() => false, 1_000);
  isSettled = true;
  world.gossip("a", longer[11]!);
  world.connect("b", longTree, hides);
  world.gossip("b", longer[12]!);
  world.step({ kind: "disconnected", peer: "b" });
  world.connect("b", longTree, hides);
  world.until(() => false, 60_000);
  assert.ok(world.asked("blockByHash").some(({ peer }) => peer === "a"));
  assert.deepEqual(world.punished, []);
  assert.deepEqual(world.charged("a"), ["withheld"], "it is no excuse to do it again and again");
});

test("who does not answer for a parent is not banned, and another peer is asked", () => {
  const world = new SyncWorld(forked.chain, treeWith(forked, shorter));
  world.connect("a", longTree, (request, honest) => (request.kind === "blockByHash" ? "timeout" : honest()));
  world.connect("b", longTree);
  world.gossip("a", longer[11]!);
  assert.ok(world.until(() => world.tree.head.hash === blockHash(tip.header), 60_000));
  assert.ok(world.asked("blockByHash").some(({ peer }) => peer === "b"));
  assert.deepEqual(world.punished, []);
});

test("the target of a vote that is not here is asked for, and not having it is no fault", () => {
  const world = new SyncWorld(forked.chain, treeWith(forked, longer.slice(0, 18)));
  world.connect("a", longTree, hides);
  world.connect("b", longTree, (request, honest) => (request.kind === "status" ? "refused" : honest()));
  world.until(() => false, 1_000);
  const target = { number: tip.header.number, hash: blockHash(tip.header) };
  world.step({ kind: "wanted", peer: "b", block: target });
  assert.ok(world.until(() => world.tree.head.hash === target.hash, 10_000));
  world.step({ kind: "wanted", peer: "a", block: { ...target, hash: "77".repeat(32) as typeof target.hash } });
  world.until(() => false, 10_000);
  assert.deepEqual(world.punished, []);
});

test("a bad block that waited for its parent is charged to who sent it", () => {
  const world = new SyncWorld(forked.chain, treeWith(forked, longer.slice(0, 3)));
  world.connect("a", longTree);
  world.connect("b", longTree);
  const { header } = longer[4]!;
  // The signature is of the block before: found out when it is buffered. The leader is only checked with the parent's state.
  world.gossip("a", { ...longer[4]!, header: { ...header, signature: longer[3]!.header.signature } });
  assert.deepEqual(world.punished, ["a ban InvalidSignature"]);
  world.gossip("b", longer[4]!);
  world.step({
    kind: "drained",
    hash: blockHash(header),
    outcome: { kind: "fault", fault: { code: "WrongSlotAuthor", ban: true } },
  });
  assert.equal(world.punished.at(-1), "b ban WrongSlotAuthor");
});

test("I43: duplicate, out-of-order and competing blocks never cause a ban, and all arrive", () => {
  const order = fc.shuffledSubarray([...forked.blocks.keys()], { minLength: forked.blocks.length });
  fc.assert(
    fc.property(order, fc.array(fc.nat(forked.blocks.length - 1), { maxLength: 10 }), (first, again) => {
      const world = new SyncWorld(forked.chain);
      world.connect("a", treeWith(forked, forked.blocks));
      for (const index of [...first, ...again]) world.gossip("a", forked.blocks[index]!);
      assert.ok(world.until(() => world.tree.head.hash === blockHash(tip.header), 30_000));
      assert.deepEqual(world.punished, []);
      assert.ok(world.book.score(millis(world.now), "a") >= 100);
    }),
    { numRuns: 6 },
  );
});
