import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeKce, height, krat12 } from "@polis/codec";
import { kceBlock } from "../block/block.ts";
import { blockHash } from "../block/header.ts";
import { Transfer } from "../modules/accounts/transfer.ts";
import { KRAT } from "../params/chainParams.ts";
import { codec, TestChain } from "../testing/testChain.ts";
import { ChainReader, MAX_HISTORY_BYTES } from "./chainReader.ts";
import type { ChainTree } from "./chainTree.ts";
import { kceOutcome } from "./records.ts";
import { chainTables } from "./tables.ts";

const chain = new TestChain(1, 2);
const call = Transfer.of({ to: chain.people[2]!.account, amount: krat12(KRAT) });
const { header } = chain.genesis;

/** A chain of final blocks that are all the same one. */
function readerOf(transactions: number) {
  const block = { header, transactions: Array.from({ length: transactions }, (_, i) => chain.sign(1, call, i)) };
  const receipt = { success: true, fee: krat12(1n), code: undefined };
  const outcome = { receipts: block.transactions.map(() => receipt), events: [] };
  const rows: Record<string, Uint8Array> = {
    [chainTables.numbers]: Uint8Array.fromHex(blockHash(header)),
    [chainTables.blocks]: encodeKce(kceBlock(codec), block),
    [chainTables.outcomes]: encodeKce(kceOutcome, outcome),
  };
  let reads = 0;
  const get = (table: string) => {
    if (table === chainTables.blocks) reads++;
    return rows[table];
  };
  const final = { header: { ...header, number: height(1_000) } };
  const reader = new ChainReader({ codec, final, head: final, store: { get } } as unknown as ChainTree);
  return { reader, bytes: rows[chainTables.blocks]!.length, reads: () => reads };
}

test("a page of a history reads so many bytes of blocks and no more, and one line at least", () => {
  const { reader, bytes, reads } = readerOf(400);
  const places = Array.from({ length: 200 }, (_, i) => ({ number: height(900 - i), index: i }));
  const lines = reader.lines(places);
  assert.equal(lines.length, Math.floor(MAX_HISTORY_BYTES / bytes));
  assert.ok(lines.length > 1 && lines.length < 200 && reads() === lines.length + 1);
  assert.equal(lines[5]!.block.transactions[lines[5]!.index]!.transaction.nonce, 5);
  assert.equal(reader.lines(places.slice(0, 1)).length, 1);
});

test("lines of one block read it once", () => {
  const { reader, reads } = readerOf(200);
  const places = Array.from({ length: 200 }, (_, index) => ({ number: height(7), index }));
  assert.equal(reader.lines(places).length, 200);
  assert.equal(reads(), 1);
});
