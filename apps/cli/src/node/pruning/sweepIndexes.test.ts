import assert from "node:assert/strict";
import { test } from "node:test";
import { type Height, height, writeU32, writeU64 } from "@polis/codec";
import type { Row } from "@polis/ports";
import { createMemoryStorage } from "@polis/storage";
import fc from "fast-check";
import { sweepIndexes } from "./sweepIndexes.ts";

const value = Uint8Array.of(1);

/** Of an account whose bytes are all the same; 255 is the highest there is. */
function place(account: number, at: number, index: number): Row {
  const key = new Uint8Array(33).fill(account, 0, 20);
  writeU64(key, 20, at);
  writeU32(key, 28, index);
  return { table: "address_index", key, value };
}

/** Of a term of 1, 20 or 32 bytes. */
function section(bytes: number, term: number, number: number): Row {
  const key = new Uint8Array(bytes + 4).fill(term, 0, bytes);
  writeU32(key, bytes, number);
  return { table: "log_index", key, value };
}

const anyRow = fc.oneof(
  fc
    .tuple(fc.constantFrom(0, 1, 7, 8, 254, 255), fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 3 }))
    .map(([account, at, index]) => place(account, at, index)),
  fc
    .tuple(fc.constantFrom(1, 20, 32), fc.constantFrom(0, 9, 255), fc.integer({ min: 0, max: 5 }))
    .map(([bytes, term, number]) => section(bytes, term, number)),
);

/** Whether a row is about a height from `lowest` on. */
function isKept({ table, key }: Row, lowest: number): boolean {
  const view = new DataView(key.buffer);
  if (table === "address_index") return Number(view.getBigUint64(20)) >= lowest;
  return (view.getUint32(key.length - 4) + 1) * 4_096 > lowest;
}

test("6.4: a sweep deletes exactly the rows below the lowest kept height, in pieces of any size, and then rests", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRow, { maxLength: 60 }),
      fc.integer({ min: 2, max: 20_000 }),
      fc.integer({ min: 1, max: 9 }),
      async (rows, low, maxRows) => {
        const lowest = height(low);
        const { store } = createMemoryStorage({ tables: ["address_index", "log_index"] });
        await store.commit(rows);
        const pieces = await sweepAll(store, lowest, maxRows);
        assert.ok(pieces <= 3 * rows.length + 4, `${pieces} pieces for ${rows.length} rows`);
        const names = (list: readonly Row[]) =>
          [...new Set(list.map(({ table, key }) => `${table} ${key.toHex()}`))].sort(byText);
        const left = ["address_index", "log_index"].flatMap((table) =>
          [...store.range(table, { limit: 1_000 })].map(([key]) => ({ table, key, value })),
        );
        assert.deepEqual(names(left), names(rows.filter((row) => isKept(row, lowest))));
        assert.deepEqual(
          sweepIndexes(store, height(low + 7), 64, maxRows),
          [],
          "too little is dropped for another one",
        );
        assert.notDeepEqual(sweepIndexes(store, height(low + 8), 64, maxRows), []);
      },
    ),
    { numRuns: 60 },
  );
});

async function sweepAll(
  store: ReturnType<typeof createMemoryStorage>["store"],
  lowest: Height,
  maxRows: number,
): Promise<number> {
  for (let pieces = 0; ; pieces++) {
    // A window of 8 blocks: a sweep begins with every block that is dropped.
    const rows = sweepIndexes(store, lowest, 8, maxRows);
    if (rows.length === 0) return pieces;
    assert.ok(rows.length <= maxRows + 1);
    await store.commit(rows);
  }
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
