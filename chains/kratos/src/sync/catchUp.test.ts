import assert from "node:assert/strict";
import { test } from "node:test";
import { epoch, height, millis } from "@polis/codec";
import type { BlockRef, Justification } from "@polis/finality";
import { blockHash } from "../block/header.ts";
import { straight } from "../testing/blockTree.ts";
import { type Behaviour, SyncWorld, treeWith } from "../testing/syncWorld.ts";

const chain = straight(80);
const final = treeWith(chain, chain.blocks);
final.finalize(blockHash(chain.blocks[59]!.header));
const refAt = (number: number): BlockRef => ({
  number: height(number),
  hash: number > 80 ? final.genesis.hash : blockHash(chain.blocks[number - 1]!.header),
});
const justify = (number: number): Justification => ({
  ...{ block: refAt(number), round: 1, set: epoch(0), precommits: [], ancestry: [] },
});
const giving =
  (...numbers: readonly number[]): Behaviour =>
  (request, honest) =>
    request.kind === "catchUp" ? { kind: "justifications", justifications: numbers.map(justify) } : honest();
const final60 = (world: SyncWorld) => world.tree.finalize(blockHash(chain.blocks[59]!.header));

test("while blocks come, justifications of those that are here are asked for once a second", () => {
  const world = new SyncWorld(chain.chain);
  world.connect("a", final, giving(30, 60));
  assert.ok(world.until(() => world.tree.head.header.number === 80, 5_000));
  world.until(() => world.justifications.length >= 2, 10_000);
  const numbers = world.justifications.map(({ block }) => block.number);
  assert.deepEqual(numbers.slice(-2), [30, 60]);
  const [first] = world.asked("catchUp");
  assert.ok(first?.request.kind === "catchUp" && first.request.finalized === 0);
  const times = world.asked("catchUp").map(({ at }) => at);
  for (const [i, at] of times.entries()) if (i > 0) assert.ok(at - times[i - 1]! >= 1_000);
  assert.deepEqual(world.punished, []);
});

test("nobody is asked once as much is final here as others claim, and gossip comes first for five seconds", () => {
  const world = new SyncWorld(chain.chain, treeWith(chain, chain.blocks));
  world.connect("a", final, giving(60));
  assert.equal(
    world.until(() => world.asked("catchUp").length > 0, 4_900),
    false,
  );
  assert.ok(world.until(() => world.justifications.length === 1, 2_000));
  final60(world);
  const before = world.asked("catchUp").length;
  world.until(() => false, 60_000);
  assert.equal(world.asked("catchUp").length, before);
});

test("justifications of blocks that are not here are dropped: blocks come first", () => {
  const world = new SyncWorld(chain.chain, treeWith(chain, chain.blocks.slice(0, 75)));
  world.connect("a", final, (request, honest) => {
    if (request.kind === "sync") return "timeout";
    return request.kind === "catchUp"
      ? { kind: "justifications", justifications: [justify(60), justify(78)] }
      : honest();
  });
  world.until(() => false, 20_000);
  assert.ok(world.justifications.length > 0);
  assert.ok(world.justifications.every(({ block }) => block.number === 60));
});

test("justifications that are none cost their sender, and another peer is asked", () => {
  const world = new SyncWorld(chain.chain, treeWith(chain, chain.blocks));
  world.connect("a", final, giving(60, 30));
  world.connect("b", final, giving(60));
  assert.ok(world.until(() => world.justifications.length === 1, 30_000));
  assert.ok(world.book.score(millis(world.now), "a") < 100);
  assert.equal(world.book.score(millis(world.now), "b"), 100);
});

test("a peer that began with a snapshot and has no older blocks is left alone; others are asked", () => {
  const warped: Behaviour = (request, honest) =>
    request.kind === "sync" && request.fromBlock <= 60 ? { kind: "notFound" } : honest();
  const world = new SyncWorld(chain.chain);
  world.connect("a", final, warped);
  world.connect("b", final);
  assert.ok(world.until(() => world.tree.head.header.number === 80, 20_000));
  assert.deepEqual(world.punished, []);
  assert.ok(world.book.score(millis(world.now), "a") >= 100);
  const alone = new SyncWorld(chain.chain);
  alone.connect("a", final, warped);
  alone.until(() => false, 60_000);
  assert.ok(alone.asked("sync").length < 10, "it is not asked in vain for ever");
  assert.deepEqual(alone.punished, []);
});
