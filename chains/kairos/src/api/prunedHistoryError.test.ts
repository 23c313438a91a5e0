import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, height } from "@polis/codec";
import type { KairosReader, StoredHeader } from "../ledger/types.ts";
import type { KairosBackend } from "./backend.ts";
import { createBlockCache } from "./blockCache.ts";
import { method, result } from "./method.ts";
import { checkKept, PrunedHistoryError } from "./prunedHistoryError.ts";

const backend = {} as KairosBackend;
const gone = () => {
  throw new PrunedHistoryError("block 3", height(9));
};
const answer = {
  ok: false,
  error: {
    code: -32001,
    message: "block 3 is no longer kept: this node keeps the blocks from 9 on",
    data: { name: "HISTORY_PRUNED", earliest: "0x9", hint: 'ask a node with storage.history = "full" or "archive"' },
  },
};

test("6.4, J6: a method that looks for a dropped block answers with where the kept ones begin, at once or later", async () => {
  assert.deepEqual(method([], gone).handle(backend, []), answer);
  assert.deepEqual(await method([], async () => gone()).handle(backend, []), answer);
  assert.deepEqual(method([], () => result(1)).handle(backend, []), { ok: true, value: 1 });
  const broken = new RangeError("broken");
  const fail = () => {
    throw broken;
  };
  assert.throws(() => method([], fail).handle(backend, []), broken);
  await assert.rejects(async () => method([], async () => fail()).handle(backend, []), broken);
});

test("6.4: genesis and what is from the lowest kept height on is kept", () => {
  for (const at of [0, 9, 10]) checkKept(at, height(9));
  for (const at of [1, 8]) assert.throws(() => checkKept(at, height(9)), PrunedHistoryError);
  checkKept(1, height(0));
});

test("6.4: a block that is dropped between the look for it and the look into it is not shown as an empty one", () => {
  let lowest = 0;
  const nothing = () => undefined;
  const reader: Partial<KairosReader> = {
    ...{ blockByDigest: nothing, transactionsOf: nothing, receiptsByHeight: nothing },
    heightOf: () => height(5),
    lowestHeight: () => height(lowest),
  };
  const header = { number: height(5), gasUsed: 0n };
  const stored = { digest: "aa".repeat(32) as Digest, header } as StoredHeader;
  const block = createBlockCache(reader as KairosReader)(stored);
  lowest = 6;
  assert.throws(() => block.transactions(), PrunedHistoryError);
  assert.throws(() => block.decoded(), PrunedHistoryError);
  assert.throws(() => block.sample(3), PrunedHistoryError);
  assert.throws(() => block.receipts(), PrunedHistoryError);
});
