import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createEventQueue } from "./eventQueue.ts";

test("events leave by time, and at one time in order of arrival", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const queue = createEventQueue<{ at: number; seq: number; label: number }>();
      for (const [label, at] of times.entries()) queue.push({ at, seq: 0, label });
      const out = times.map(() => queue.pop()!.label);
      const expected = times.map((at, label) => ({ at, label })).sort((a, b) => a.at - b.at || a.label - b.label);
      assert.deepEqual(
        out,
        expected.map((entry) => entry.label),
      );
      assert.equal(queue.pop(), undefined);
      assert.equal(queue.size, 0);
    }),
  );
});

test("pushing between pops keeps the order", () => {
  const queue = createEventQueue<{ at: number; seq: number }>();
  queue.push({ at: 5, seq: 0 });
  queue.push({ at: 9, seq: 0 });
  assert.equal(queue.pop()?.at, 5);
  queue.push({ at: 7, seq: 0 });
  assert.deepEqual([queue.pop()?.at, queue.pop()?.at], [7, 9]);
});
