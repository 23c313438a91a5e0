import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryStorage } from "@polis/storage";
import fc from "fast-check";
import { createUndoStore, type UndoStore } from "./undoStore.ts";

const tables = ["a", "b"];
const fresh = (maxBytes?: number) => createUndoStore(createMemoryStorage({ tables }).store, maxBytes);
const row = (table: string, key: number, value: number | undefined) => ({
  table,
  key: Uint8Array.of(key),
  value: value === undefined ? undefined : Uint8Array.of(value),
});

function contents(store: UndoStore): string {
  return JSON.stringify(
    tables.map((table) =>
      [...store.range(table, { limit: 1_000 })].map(([key, value]) => [key.toHex(), value.toHex()]),
    ),
  );
}

test("going back restores every row, whatever was written since", async () => {
  const write = fc.record({
    table: fc.constantFrom(...tables),
    key: fc.integer({ min: 1, max: 6 }),
    value: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
  });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.array(write, { minLength: 1, maxLength: 4 }) },
    { weight: 2, arbitrary: fc.constant("mark" as const) },
    { weight: 1, arbitrary: fc.nat({ max: 5 }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const store = fresh();
      const seen: { mark: number; text: string }[] = [];
      for (const one of steps) {
        if (one === "mark") seen.push({ mark: store.mark(), text: contents(store) });
        else if (typeof one === "number") {
          const to = seen[one % Math.max(1, seen.length)];
          if (to === undefined) continue;
          assert.equal(await store.revertTo(to.mark), true);
          assert.equal(contents(store), to.text);
          assert.equal(await store.revertTo(to.mark), false);
          seen.splice(seen.indexOf(to));
        } else await store.commit(one.map(({ table, key, value }) => row(table, key, value)));
      }
    }),
    { numRuns: 50 },
  );
});

test("old values are bounded: the oldest marks are forgotten first", async () => {
  const store = fresh(1_000);
  const first = store.mark();
  for (let i = 0; i < 5; i++) await store.commit([row("a", 1, i)]);
  const second = store.mark();
  for (let i = 0; i < 8; i++) await store.commit([row("a", 1, 100 + i)]);
  assert.equal(await store.revertTo(first), false);
  assert.equal(await store.revertTo(second), true);
  assert.deepEqual(store.get("a", Uint8Array.of(1)), Uint8Array.of(4));
});
