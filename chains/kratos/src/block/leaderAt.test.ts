import assert from "node:assert/strict";
import { test } from "node:test";
import { slot } from "@polis/codec";
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
