import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Row } from "@polis/ports";
import fc from "fast-check";
import { createMemoryStorage } from "./memoryStorage.ts";
import { openStorage } from "./openStorage.ts";
import { bytes, row, temporaryDirectory, testOptions, text } from "./testing.ts";
import type { Storage } from "./types.ts";

const kinds: Readonly<Record<string, (path: string) => Promise<Storage>>> = {
  lmdb: (path) => openStorage(testOptions(path)),
  "lmdb without sync": (path) => openStorage(testOptions(path, { sync: false })),
  memory: async () => createMemoryStorage({ tables: ["a", "b", "journal"] }),
};

const pairs = (rows: Iterable<readonly [Uint8Array, Uint8Array]>) => [...rows].map(([k, v]) => [text(k), text(v)]);

for (const [kind, open] of Object.entries(kinds)) {
  describe(`storage contract: ${kind}`, () => {
    async function opened(t: { after(f: () => unknown): void }): Promise<Storage> {
      const storage = await open(join(temporaryDirectory(t), "s"));
      t.after(() => storage.close());
      return storage;
    }

    it("shows a batch at once, keeps it after it is durable, and deletes", async (t) => {
      const { store } = await opened(t);
      const first = store.commit([row("a", "k", "1"), row("b", "k", "2")]);
      assert.equal(text(store.get("a", bytes("k"))), "1");
      assert.deepEqual(pairs(store.range("b", { limit: 9 })), [["k", "2"]]);
      const second = store.commit([row("a", "k", "3"), row("b", "k")]);
      assert.equal(text(store.get("a", bytes("k"))), "3");
      assert.equal(store.get("b", bytes("k")), undefined);
      await Promise.all([first, second]);
      assert.equal(text(store.get("a", bytes("k"))), "3");
      assert.equal(store.get("b", bytes("k")), undefined);
      assert.deepEqual(pairs(store.range("b", { limit: 9 })), []);
    });

    it("tells an empty value from a missing row, and tables apart", async (t) => {
      const { store } = await opened(t);
      await store.commit([row("a", "empty", "")]);
      assert.deepEqual([...(store.get("a", bytes("empty")) ?? [1])], []);
      assert.equal(store.get("b", bytes("empty")), undefined);
    });

    it("keeps the last of two changes of one row in one batch", async (t) => {
      const { store } = await opened(t);
      const commit = store.commit([row("a", "k", "1"), row("a", "k", "2"), row("a", "x", "1"), row("a", "x")]);
      const expected = ["2", undefined];
      assert.deepEqual([text(store.get("a", bytes("k"))), text(store.get("a", bytes("x")))], expected);
      await commit;
      assert.deepEqual([text(store.get("a", bytes("k"))), text(store.get("a", bytes("x")))], expected);
    });

    it("shows one moment in a snapshot, over many turns of the event loop, while rows change", async (t) => {
      const storage = await opened(t);
      const keys = Array.from({ length: 3_000 }, (_, i) => `k${i}`.padStart(8, "0"));
      await storage.store.commit([...keys.map((key) => row("a", key, "old")), row("b", "x", "1")]);
      const snapshot = storage.snapshot();
      assert.deepEqual([snapshot.count("a"), snapshot.count("b")], [3_000, 1]);
      let seen = 0;
      for (const [key, value] of snapshot.rows("a")) {
        assert.equal(text(value), "old");
        if (seen % 1_000 === 0) {
          const half = keys.slice(seen + 1);
          const changed = half.map((other, i) => row("a", other, i % 2 === 0 ? "new" : undefined));
          await storage.store.commit([...changed, row("a", `new${seen}`, "1"), row("b", "x", `${seen}`)]);
          assert.equal(text(snapshot.get("a", key)), "old");
          await new Promise((resolve) => setImmediate(resolve));
        }
        seen++;
      }
      assert.equal(seen, 3_000);
      assert.equal(text(snapshot.get("b", bytes("x"))), "1");
      assert.equal(text(storage.store.get("b", bytes("x"))), "2000");
      const from = keys[2_990]!;
      const behind = keys.filter((key) => key >= from).sort();
      assert.deepEqual(
        pairs(snapshot.rows("a", bytes(from))).map(([key]) => key),
        behind,
      );
      snapshot.close();
      snapshot.close();
    });

    it("shares tables and order between store and journal", async (t) => {
      const { store, journal } = await opened(t);
      const writes = [store.commit([row("a", "k", "1")]), journal.append([row("a", "k", "2")])];
      writes.push(store.commit([row("a", "k", "3")]));
      await Promise.all(writes);
      assert.equal(text(store.get("a", bytes("k"))), "3");
    });

    it("refuses a batch with an unknown table, an empty key or a long key, and writes nothing of it", async (t) => {
      const { store } = await opened(t);
      for (const bad of [row("zzz", "k", "1"), row("a", "", "1"), row("a", "x".repeat(1025), "1")]) {
        await assert.rejects(store.commit([row("a", "good", "1"), bad]), RangeError);
      }
      assert.equal(store.get("a", bytes("good")), undefined);
      assert.throws(() => store.get("zzz", bytes("k")), RangeError);
      assert.throws(() => store.range("a", { limit: 0 }), RangeError);
      await store.commit([row("a", "x".repeat(1024), "1")]);
    });

    it("is not changed by a caller that writes into a value it got or gave", async (t) => {
      const { store } = await opened(t);
      await store.commit([row("a", "k", "1")]);
      store.get("a", bytes("k"))?.fill(0);
      assert.equal(text(store.get("a", bytes("k"))), "1");
      const commit = store.commit([row("a", "k", "2")]);
      store.get("a", bytes("k"))?.fill(0);
      assert.equal(text(store.get("a", bytes("k"))), "2");
      await commit;
      assert.equal(text(store.get("a", bytes("k"))), "2");
    });

    it("refuses everything after close, which may be called twice", async (t) => {
      const storage = await opened(t);
      const last = storage.store.commit([row("a", "k", "1")]);
      await Promise.all([storage.close(), storage.close()]);
      await last;
      assert.throws(() => storage.store.get("a", bytes("k")), { code: "STORAGE_CLOSED" });
      await assert.rejects(storage.journal.append([row("a", "k", "1")]), { code: "STORAGE_CLOSED" });
    });

    it("finds the smallest key in both directions", async (t) => {
      const { store } = await opened(t);
      await store.commit([0, 1].map((b) => ({ table: "a", key: Uint8Array.of(b), value: Uint8Array.of(b) })));
      const firsts = (reverse: boolean) => [...store.range("a", { reverse, limit: 9 })].map(([key]) => key[0]);
      assert.deepEqual(
        [firsts(false), firsts(true)],
        [
          [0, 1],
          [1, 0],
        ],
      );
    });

    it("agrees with a naive model on any batches and ranges, written or still waiting", async (t) => {
      const storage = await opened(t);
      const { store } = storage;
      const key = fc.uint8Array({ minLength: 1, maxLength: 2 }).map((k) => k.map((b) => b & 0x83));
      const batch = fc.array(fc.tuple(key, fc.option(fc.uint8Array({ maxLength: 3 }), { nil: undefined })), {
        maxLength: 8,
      });
      const ends = { from: key, to: key, reverse: fc.boolean(), limit: fc.integer({ min: 1, max: 6 }) };
      const range = fc.record(ends, { requiredKeys: ["limit"] });
      const model = new Map<string, string>();
      const hex = (b: Uint8Array) => Buffer.from(b).toString("hex");
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(batch, range, fc.boolean()), { maxLength: 4 }), async (steps) => {
          for (const [changes, options, wait] of steps) {
            const rows: Row[] = changes.map(([k, v]) => ({ table: "a", key: k, value: v }));
            const commit = store.commit(rows);
            for (const [k, v] of changes) v === undefined ? model.delete(hex(k)) : model.set(hex(k), hex(v));
            if (wait) await commit;
            let expected = [...model].sort(([x], [y]) => (x < y ? -1 : 1));
            if (options.reverse) expected.reverse();
            expected = expected.filter(([k]) => !options.from || k >= hex(options.from));
            expected = expected.filter(([k]) => !options.to || k < hex(options.to)).slice(0, options.limit);
            const found = [...store.range("a", options)].map(([k, v]) => [hex(k), hex(v)]);
            assert.deepEqual(found, expected);
            for (const [k] of changes) assert.equal(store.get("a", k) && hex(store.get("a", k)!), model.get(hex(k)));
          }
        }),
        { numRuns: 60 },
      );
      await store.commit([]);
      assert.equal(storage.stats().rows.a, model.size);
      assert.deepEqual(storage.verify().corrupt, []);
    });
  });
}
