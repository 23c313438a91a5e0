import assert from "node:assert/strict";
import { test } from "node:test";
import { slot } from "@polis/codec";
import type { BlockContext } from "../runtime/context.ts";
import { TestChain } from "../testing/testChain.ts";
import { leaderAt } from "./leaderAt.ts";

test("the leader of a slot is the author whose block is valid there, in this epoch and behind a boundary (I8)", () => {
  const chain = new TestChain(3, 0, [{ name: "slots_per_epoch", value: 3n }]);
  for (let i = 0; i < 8; i++) {
    const at = slot(chain.tip.header.slot + 1 + (i % 2));
    const { leader, epoch } = leaderAt(chain.rules, chain.tip, at);
    const { header } = chain.next([], i % 2).block;
    assert.deepEqual([header.author, header.epoch, header.slot], [leader, epoch, at]);
  }
});

test("behind a boundary the question has the number and the author of the block that may come, and is answered once", () => {
  const chain = new TestChain(3, 0, [{ name: "slots_per_epoch", value: 3n }]);
  const entered: unknown[] = [];
  const enterEpoch = (context: BlockContext) => {
    entered.push([context.block.number, context.block.author]);
    chain.rules.runtime.enterEpoch(context);
  };
  const rules = { ...chain.rules, runtime: { ...chain.rules.runtime, enterEpoch } };
  const { account } = chain.people[1]!;
  const { preview, leader, randomness } = leaderAt(rules, chain.tip, slot(6), account);
  assert.deepEqual(entered, [
    [1, account],
    [1, account],
  ]);
  assert.deepEqual([preview?.leader, preview?.randomness], [leader, randomness]);
  assert.equal(leaderAt(rules, chain.tip, slot(2)).preview, undefined);
});
