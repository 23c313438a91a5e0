import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, type Digest, height } from "@polis/codec";
import fc from "fast-check";
import { createMemoryStore } from "../testing/memoryStore.ts";
import { createLogIndex, heightsWithLogs } from "./logIndex.ts";

const addresses = ["aa", "bb", "cc"].map((byte) => byte.repeat(20) as Address);
const topics = ["01", "02"].map((byte) => byte.repeat(32) as Digest);
const block = fc.record({
  /** Distance to the block before, so that runs cross sections. */
  gap: fc.constantFrom(1, 2, 5_000),
  logs: fc.array(fc.record({ address: fc.constantFrom(...addresses), topic: fc.constantFrom(...topics) }), {
    maxLength: 3,
  }),
  overflows: fc.constantFrom(false, false, false, true),
});
const criteria = fc.record({
  addresses: fc.subarray(addresses),
  topics: fc.oneof(
    fc.constant([]),
    fc.subarray(topics).map((first) => [first]),
    fc.constant([[], topics]),
  ),
});

test("the index misses no block with a matching log, and finds no block whose terms do not match", () => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 12 }), criteria, (blocks, wanted) => {
      const store = createMemoryStore();
      const index = createLogIndex(store);
      let at = 0;
      const placed = blocks.map((one) => {
        at += one.gap;
        const terms = one.overflows ? undefined : [...new Set(one.logs.flatMap((log) => [log.address, log.topic]))];
        void store.commit(index.advance(height(at), { terms, indirect: [] }));
        return { at, terms };
      });
      const first = wanted.topics[0] ?? [];
      const expected = placed.filter(({ terms }) => {
        if (terms === undefined) return true;
        const has = (group: readonly string[]) =>
          group.length === 0 || group.some((term) => terms.includes(term as Address));
        return has(wanted.addresses) && has(first);
      });
      const found = [...heightsWithLogs(store, height(1), height(at + 1), wanted)];
      const restricted = wanted.addresses.length > 0 || first.length > 0;
      if (restricted)
        assert.deepEqual(
          found,
          expected.map((one) => one.at),
        );
      else assert.equal(found.length, at + 1);
      const middle = expected[Math.floor(expected.length / 2)]?.at ?? 1;
      const part = [...heightsWithLogs(store, height(middle), height(middle), wanted)];
      if (restricted) assert.deepEqual(part, expected.length === 0 ? [] : [middle]);
    }),
    { numRuns: 60 },
  );
});
