import assert from "node:assert/strict";
import { test } from "node:test";
import type { Row } from "@polis/ports";
import { createMemoryStorage } from "@polis/storage";
import fc from "fast-check";
import { newestRows } from "./newestRows.ts";

const row = fc.record({
  table: fc.constantFrom("trie", "blocks"),
  key: fc.uint8Array({ minLength: 1, maxLength: 2, max: 2 }),
  value: fc.option(fc.uint8Array({ maxLength: 2 }), { nil: undefined }),
});

test("S4: a batch without what it replaces itself gives the same tables, each key of the trie once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (rows: readonly Row[]) => {
      const left = newestRows(rows);
      const keys = left.flatMap(({ table, key }) => (table === "trie" ? [key.toHex()] : []));
      assert.equal(new Set(keys).size, keys.length);
      const [whole, short] = [1, 2].map(() => createMemoryStorage({ tables: ["trie", "blocks"] }).store);
      // A key that a batch only deletes may never have been there.
      await whole!.commit(rows);
      await short!.commit(left);
      for (const table of ["trie", "blocks"]) {
        const all = (store: typeof whole) => [...store!.range(table, { limit: 100 })];
        assert.deepEqual(all(short), all(whole));
      }
    }),
  );
});
