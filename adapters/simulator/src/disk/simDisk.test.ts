import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createPrng } from "../random/prng.ts";
import { DiskFullError, SimDisk, StoreCorruptError } from "./simDisk.ts";

const row = (key: number[], value?: number) => ({
  table: "t",
  key: Uint8Array.from(key),
  value: value === undefined ? undefined : Uint8Array.of(value),
});
const all = (disk: SimDisk) =>
  [...disk.range("t", { limit: 1000 })].map(([key, value]) => [Buffer.from(key).toString("hex"), value[0]]);

test("a power cut keeps a prefix of whole batches", () => {
  const batches = fc.array(fc.array(fc.tuple(fc.nat(5), fc.option(fc.nat(255), { nil: undefined })), { maxLength: 4 }));
  fc.assert(
    fc.property(batches, fc.nat(20), fc.nat(20), (list, synced, kept) => {
      const disk = new SimDisk();
      const ids = list.map((rows) => disk.write(rows.map(([key, value]) => row([key], value))));
      const durable = Math.min(synced, list.length);
      if (durable > 0) disk.syncTo(ids[durable - 1]!);
      assert.equal(disk.unsynced, list.length - durable);
      disk.crash(kept);
      const model = new SimDisk();
      for (const rows of list.slice(0, durable + kept)) model.write(rows.map(([key, value]) => row([key], value)));
      assert.deepEqual(all(disk), all(model));
      assert.equal(disk.bytes, model.bytes);
      assert.equal(disk.unsynced, 0);
    }),
  );
});

test("ranges are in byte order with both bounds, reversed and limited", () => {
  const disk = new SimDisk();
  disk.write([row([2, 0], 1), row([1], 2), row([255], 3), row([1, 9], 4)]);
  const keys = (options: object) => [...disk.range("t", { limit: 9, ...options })].map(([key]) => [...key]);
  assert.deepEqual(keys({}), [[1], [1, 9], [2, 0], [255]]);
  assert.deepEqual(keys({ from: Uint8Array.of(1, 9), to: Uint8Array.of(255) }), [
    [1, 9],
    [2, 0],
  ]);
  assert.deepEqual(keys({ reverse: true, limit: 2 }), [[255], [2, 0]]);
  assert.deepEqual([...disk.range("none", { limit: 1 })], []);
});

test("a full disk refuses whole batches; a wiped one is empty", () => {
  const disk = new SimDisk();
  disk.write([row([1], 1)]);
  disk.full = true;
  assert.throws(() => disk.write([row([2], 2)]), DiskFullError);
  assert.equal(disk.get("t", Uint8Array.of(2)), undefined);
  disk.wipe();
  assert.equal(disk.get("t", Uint8Array.of(1)), undefined);
});

test("a damaged value is never read: not found and wrong are different answers, and writing it anew mends it", () => {
  const disk = new SimDisk();
  const key = (n: number) => Uint8Array.of(n);
  disk.write([1, 2, 3].map((n) => ({ table: "t", key: key(n), value: Uint8Array.of(n, n) })));
  disk.corrupt(createPrng(1), 0);
  assert.equal(disk.isDamaged, true);
  const reads = [1, 2, 3].map((n) => {
    try {
      return disk.get("t", key(n))?.length;
    } catch (error) {
      assert.ok(error instanceof StoreCorruptError);
      return "corrupt";
    }
  });
  assert.equal(reads.filter((read) => read === "corrupt").length, 1);
  assert.throws(() => disk.range("t", { limit: 9 }), StoreCorruptError);
  assert.equal(disk.get("t", key(7)), undefined);
  disk.write([{ table: "t", key: key(reads.indexOf("corrupt") + 1), value: Uint8Array.of(9) }]);
  assert.equal(disk.isDamaged, false);
  assert.equal([...disk.range("t", { limit: 9 })].length, 3);
});
