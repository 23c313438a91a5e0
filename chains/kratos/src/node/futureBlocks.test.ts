import assert from "node:assert/strict";
import { test } from "node:test";
import { slot } from "@polis/codec";
import { blockHash } from "../block/header.ts";
import { straight } from "../testing/blockTree.ts";
import { FutureBlocks } from "./futureBlocks.ts";

const block = straight(1).blocks[0]!;
/** The same block under another slot: what is held is not checked again here. */
const at = (s: number) => {
  const header = { ...block.header, slot: slot(s) };
  return { block: { ...block, header }, hash: blockHash(header), from: "a" };
};

test("a block of a future slot comes out when its slot begins, once (V16)", () => {
  const held = new FutureBlocks();
  held.hold(at(12), slot(10));
  held.hold(at(11), slot(10));
  assert.deepEqual(held.takeDue(slot(10)), []);
  assert.deepEqual(
    held.takeDue(slot(12)).map((each) => each.block.header.slot),
    [11, 12],
  );
  assert.deepEqual(held.takeDue(slot(12)), []);
});

test("the far future is not held, and near blocks displace further ones", () => {
  const held = new FutureBlocks();
  held.hold(at(10 + 65), slot(10));
  assert.equal(held.size, 0);
  for (let s = 74; s > 34; s--) held.hold(at(s), slot(10));
  assert.equal(held.size, 32);
  assert.equal(Math.max(...held.takeDue(slot(100)).map((each) => each.block.header.slot)), 66);
});
