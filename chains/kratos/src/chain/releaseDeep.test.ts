import assert from "node:assert/strict";
import { test } from "node:test";
import { growTree, openTree, straight } from "../testing/blockTree.ts";
import { MemoryStore } from "../testing/memoryStore.ts";
import { UnfinalNode } from "./chainNode.ts";

const LENGTH = 300;

test("blocks deep below the head leave memory and lose nothing: forks, finality and restarts find them again (3.8)", () => {
  const { chain, blocks, tips } = straight(LENGTH);
  const tree = openTree(chain);
  for (const block of blocks) assert.equal(tree.import(block).outcome.kind, "imported");
  const isReleased = (i: number) => {
    const node = tree.node(tips[i]!.hash);
    return node instanceof UnfinalNode && node.isReleased;
  };
  assert.deepEqual([isReleased(20), isReleased(LENGTH - 300 + 44), isReleased(LENGTH - 200)], [true, true, false]);
  assert.equal(tree.node(tips[20]!.hash)!.tree.hash, tips[20]!.tree.hash);
  assert.equal(tree.node(tips[21]!.hash)!.outcome.receipts.length, blocks[20]!.transactions.length);

  // A block upon a released one is applied as upon any other.
  chain.tip = tips[20]!;
  const fork = growTree([{ on: 0, skip: 2, pays: true }], chain).blocks[0]!;
  assert.equal(tree.import(fork).outcome.kind, "imported");

  // A restart finds the same blocks, and lets the same ones go.
  const again = openTree(chain, new MemoryStore((tree.store as MemoryStore).batches));
  assert.equal(again.head.hash, tree.head.hash);
  assert.equal([...again.nodes()].length, [...tree.nodes()].length);

  // Finality of a released block, then of the newest: the same rows as a chain that was final all the time.
  const steady = openTree(chain);
  for (const [i, block] of blocks.entries()) {
    steady.import(block);
    if (i % 7 === 0) steady.finalize(tips[i + 1]!.hash);
  }
  for (const late of [tree, again]) {
    late.finalize(tips[30]!.hash);
    assert.equal(late.final.outcome.receipts.length, blocks[29]!.transactions.length);
    late.finalize(tips[LENGTH]!.hash);
  }
  steady.finalize(tips[LENGTH]!.hash);
  const expected = (steady.store as MemoryStore).dump();
  assert.deepEqual((tree.store as MemoryStore).dump(), expected);
  assert.deepEqual((again.store as MemoryStore).dump(), expected);
});
