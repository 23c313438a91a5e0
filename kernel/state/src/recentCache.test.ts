import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ByteArena } from "./arena.ts";
import { RecentCache } from "./recentCache.ts";

test("a cache never holds more than its limit, answers right, and keeps the most recent half", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(30), fc.boolean()), { maxLength: 200 }), (uses) => {
      const cache = new RecentCache<number, number>(10);
      const truth = new Map<number, number>();
      const recent: number[] = [];
      uses.forEach(([key, write], i) => {
        if (write) {
          cache.set(key, i);
          truth.set(key, i);
          recent.push(key);
        } else {
          const found = cache.get(key);
          if (found !== undefined) assert.equal(found, truth.get(key));
        }
        assert.ok(cache.size <= 11, `${cache.size} entries`);
      });
      const last = new Set(recent.slice(-1));
      for (const key of last) assert.equal(cache.get(key), truth.get(key));
    }),
  );
});

test("a weighed cache counts bytes", () => {
  const cache = new RecentCache<number, Uint8Array>(100, (bytes) => bytes.length);
  for (let i = 0; i < 50; i++) cache.set(i, new Uint8Array(20));
  assert.ok(cache.size <= 6);
  cache.clear();
  assert.equal(cache.size, 0);
});

test("an arena's arrays do not overlap", () => {
  const arena = new ByteArena();
  const all = Array.from({ length: 2000 }, (_, i) => arena.take(i % 90).fill(i % 251));
  for (const [i, bytes] of all.entries()) assert.ok(bytes.every((byte) => byte === i % 251));
  assert.equal(arena.take(100_000).length, 100_000);
});
