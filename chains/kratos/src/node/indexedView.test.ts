import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlockRef } from "@polis/finality";
import { ChainReader } from "../chain/chainReader.ts";
import { finalityView } from "../chain/finalityView.ts";
import { growTree, openTree } from "../testing/blockTree.ts";
import { indexedView } from "./indexedView.ts";

test("the index gives the ancestors that a walk over all parents gives, for final blocks and branches above them", () => {
  // A chain of eight blocks and a branch that leaves it behind the fifth.
  const shape = [0, 1, 2, 3, 4, 5, 6, 7].map((on) => ({ on, skip: 0, pays: false }));
  const { chain, blocks, tips } = growTree([...shape, { on: 5, skip: 3, pays: true }, { on: 9, skip: 0, pays: true }]);
  const tree = openTree(chain);
  for (const block of blocks) tree.import(block);
  tree.finalize(tips[4]!.hash);
  const [indexed, plain] = [indexedView({ tree, reader: new ChainReader(tree) }), finalityView(tree)];
  const walk = (block: BlockRef, number: number): BlockRef | undefined => {
    let at = plain.block(block.hash);
    while (at !== undefined && at.number > number) at = plain.block(at.parentHash);
    return at && { number: at.number, hash: at.hash };
  };
  for (const { hash, header } of tips) {
    for (let number = 0; number < header.number; number++) {
      const block = { number: header.number, hash };
      assert.deepEqual(indexed.ancestor!(block, number), walk(block, number));
    }
  }
  const stranger = { number: tips[6]!.header.number, hash: tips[6]!.header.transactionsRoot };
  assert.equal(indexed.ancestor!(stranger, 2), undefined);
});
