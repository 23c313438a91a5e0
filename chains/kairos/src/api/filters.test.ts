import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest } from "@polis/codec";
import { createApiEvents } from "./events.ts";
import { createFilters } from "./filters.ts";

test("pooled hashes are remembered once for all filters, and only so many", () => {
  const events = createApiEvents();
  const limits = { maxFilters: 2, filterTtlMs: 1_000 };
  const filters = createFilters(
    limits,
    events,
    () => 0,
    () => "0x1",
  );
  const hashOf = (i: number) => i.toString(16).padStart(64, "0") as Digest;
  const publish = (from: number, to: number) => {
    for (let i = from; i < to; i++) events.publish({ what: "pooled", hash: hashOf(i) });
  };
  publish(0, 10);
  const seen = filters.nextPooled();
  publish(10, 15);
  assert.deepEqual(filters.pooledSince(seen), [10, 11, 12, 13, 14].map(hashOf));
  assert.deepEqual(filters.pooledSince(filters.nextPooled()), []);
  // Who stays away for too long misses the oldest ones, and gets none twice.
  publish(15, 50_000);
  const late = filters.pooledSince(seen);
  assert.ok(late.length >= 16_384 && late.length < 32_768, `${late.length}`);
  assert.equal(late.at(-1), hashOf(49_999));
  assert.equal(new Set(late).size, late.length);
  assert.equal(filters.nextPooled(), 50_000);
});
