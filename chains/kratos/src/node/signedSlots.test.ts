import assert from "node:assert/strict";
import { test } from "node:test";
import { slot } from "@polis/codec";
import { blockHash } from "../block/header.ts";
import { openTree, straight } from "../testing/blockTree.ts";
import { MemoryStore } from "../testing/memoryStore.ts";
import { SignedSlots } from "./signedSlots.ts";
import { producerTables } from "./tables.ts";

const { chain, blocks } = straight(3);
const [first, second] = blocks.map(({ header }) => header);
const hash = blockHash(first!);

test("a slot is signed once in a process, and once after a restart (I14)", () => {
  const disk = new MemoryStore();
  const signed = new SignedSlots(disk, openTree(chain), first!.author);
  assert.equal(signed.get(slot(7)), undefined);
  void disk.commit(signed.sign(slot(7), hash));
  assert.throws(() => signed.sign(slot(7), blockHash(second!)), /second header/);
  const again = new SignedSlots(disk, openTree(chain), first!.author);
  assert.equal(again.get(slot(7)), hash);
  assert.throws(() => again.sign(slot(7), hash), /second header/);
});

test("an own block that was durable before its record counts as signed (I14)", () => {
  const tree = openTree(chain);
  tree.import(blocks[0]!);
  const signed = new SignedSlots(new MemoryStore(), tree, first!.author);
  assert.equal(signed.get(first!.slot), hash);
  assert.equal(new SignedSlots(new MemoryStore(), tree, chain.people[5]!.account).get(first!.slot), undefined);
});

test("memory holds the last slots, the disk the rest, and very old records are deleted", () => {
  const disk = new MemoryStore();
  const signed = new SignedSlots(disk, openTree(chain), first!.author);
  for (let s = 1; s <= 1_500; s++) void disk.commit(signed.sign(slot(s), hash));
  assert.equal(signed.get(slot(1)), hash);
  void disk.commit(signed.sign(slot(100_003), hash));
  assert.equal([...disk.range(producerTables.slots, { limit: 4 })].length, 4);
  assert.equal(new SignedSlots(disk, openTree(chain), first!.author).get(slot(2)), undefined);
  assert.equal(signed.get(slot(3)), hash);
});
