import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Block } from "../block/block.ts";
import { BATCH, Download, type Range } from "./download.ts";

/** A block of which only the number and how many transactions it has matter here. */
function blockOf(number: number, transactions = 0): Block {
  return { header: { number }, transactions: Array.from({ length: transactions }) } as unknown as Block;
}

const blocksOf = ({ from, count }: Range, transactions = 0) =>
  Array.from({ length: count }, (_, i) => blockOf(from + i, transactions));

test("whatever order answers come in and however short they are, blocks leave in order, each once", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.array(fc.tuple(fc.nat(5), fc.nat(49)), { maxLength: 400 }),
      (upTo, luck) => {
        const download = new Download(1, 1);
        const open: Range[] = [];
        const left: number[] = [];
        const turn = (which: number, short: number) => {
          for (let next = download.next(upTo); next !== undefined && open.length < 3; next = download.next(upTo)) {
            download.asked(next);
            open.push(next);
          }
          const [range] = open.splice(which % Math.max(1, open.length), 1);
          if (range !== undefined) {
            download.came(range, "a", blocksOf(range).slice(0, Math.max(1, range.count - short)), 1_000);
          }
          left.push(...download.take().map(({ block }) => block.header.number));
        };
        for (const [which, short] of luck) turn(which, short);
        for (let i = 0; i < 1_000 && left.length < upTo; i++) turn(0, 0);
        assert.deepEqual(
          left,
          Array.from({ length: upTo }, (_, i) => i + 1),
        );
        assert.ok(download.isIdle && !download.isReady && download.next(upTo) === undefined);
      },
    ),
    { numRuns: 60 },
  );
});

test("no more than 300 blocks and 32 MB are ahead, and a step gives 16 blocks or 200 transactions", () => {
  const download = new Download(1, 1);
  const asked: Range[] = [];
  for (let next = download.next(10_000); next !== undefined; next = download.next(10_000)) {
    asked.push(next);
    download.asked(next);
  }
  assert.deepEqual([asked.length, asked.at(-1)], [6, { from: 251, count: BATCH }]);
  download.came(asked[0]!, "a", blocksOf(asked[0]!, 60), 40_000_000);
  assert.equal(download.take().length, 4);
  const empty = new Download(2, 1);
  empty.asked({ from: 1, count: BATCH });
  empty.came({ from: 1, count: BATCH }, "a", blocksOf({ from: 1, count: BATCH }), 40_000_000);
  assert.equal(empty.next(1_000), undefined);
  assert.equal(empty.take().length, 16);
  assert.deepEqual(empty.next(1_000), { from: 51, count: 50 });
});
