import assert from "node:assert/strict";
import { test } from "node:test";
import type { Millis } from "@polis/codec";
import fc from "fast-check";
import { SimClock, WALL_EPOCH_MS } from "./simClock.ts";

test("a timer fires at the first instant at which the clock shows its time", () => {
  fc.assert(
    fc.property(fc.integer({ min: 800, max: 1200 }), fc.integer({ min: 1, max: 60_000 }), (rate, wait) => {
      let now = 12_345;
      const clock = new SimClock(() => now);
      clock.boot(5000, rate);
      const at = (clock.monotonicMs() + wait) as Millis;
      now = clock.whenUs(at);
      assert.ok(clock.monotonicMs() >= at);
      now -= 1;
      assert.ok(clock.monotonicMs() < at);
    }),
  );
});

test("a change of rate does not jump, and the wall clock carries its skew", () => {
  let now = 0;
  const clock = new SimClock(() => now);
  clock.boot(0, 1200);
  now = 10_000_000;
  assert.equal(clock.monotonicMs(), 12_000);
  clock.setRate(800);
  assert.equal(clock.monotonicMs(), 12_000);
  now = 20_000_000;
  assert.equal(clock.monotonicMs(), 20_000);
  clock.wallSkewMs = -60_000;
  assert.equal(clock.wallMs(), WALL_EPOCH_MS + 20_000 - 60_000);
  assert.equal(clock.whenUs(1 as Millis), now, "a time in the past fires at once");
});
