import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SlidingCount } from "./slidingCount.ts";

test("the sum is that of the last ten whole seconds, whatever the order of calls", () => {
  const steps = fc.array(fc.record({ afterMs: fc.nat(15_000), amount: fc.nat(1_000), ask: fc.boolean() }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(fc.nat(10 ** 9), steps, (startMs, moves) => {
      const count = new SlidingCount();
      const added: { second: number; amount: number }[] = [];
      let now = startMs;
      for (const { afterMs, amount, ask } of moves) {
        now += afterMs;
        const second = Math.floor(now / 1_000);
        if (!ask) {
          count.add(now, amount);
          added.push({ second, amount });
        }
        const expected = added.filter((move) => second - move.second < 10).reduce((sum, move) => sum + move.amount, 0);
        assert.equal(count.total(now), expected);
      }
    }),
  );
});

test("what would pass the limit is not added", () => {
  const count = new SlidingCount();
  assert.equal(count.take(0, 60, 100), true);
  assert.equal(count.take(500, 41, 100), false);
  assert.equal(count.take(500, 40, 100), true);
  assert.equal(count.take(9_999, 1, 100), false);
  assert.equal(count.take(10_000, 100, 100), true);
});
