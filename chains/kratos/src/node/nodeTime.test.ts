import assert from "node:assert/strict";
import { test } from "node:test";
import { millis } from "@polis/codec";
import fc from "fast-check";
import { NodeTime } from "./nodeTime.ts";
import { Timers } from "./timers.ts";

test("steady time never goes back and never runs faster than the clock", () => {
  const hours = fc.integer({ min: 0, max: 10_000_000 });
  fc.assert(
    fc.property(fc.array(hours, { minLength: 2, maxLength: 20 }), (walls) => {
      const time = new NodeTime();
      let before: { readonly wall: number; readonly steady: number } | undefined;
      for (const wall of walls.map((w) => w + 1)) {
        time.advance(millis(wall), undefined, 1_000);
        if (before !== undefined) {
          assert.equal(time.steady - before.steady, Math.max(0, wall - before.wall));
          assert.equal(time.jumped, wall + 1_000 < before.wall);
        }
        assert.equal(time.toSteady(time.toWall(millis(time.steady + 5))), time.steady + 5);
        before = { wall, steady: time.steady };
      }
    }),
  );
});

test("a timer that fires an hour late is a jump, one that a busy machine delays is none", () => {
  const time = new NodeTime();
  time.advance(millis(10_000), undefined, 3_000);
  time.advance(millis(14_000), millis(12_000), 3_000);
  assert.equal(time.jumped, false);
  time.advance(millis(3_620_000), millis(18_000), 3_000);
  assert.equal(time.jumped, true);
});

test("many timers are one: the earliest, and a later one of a name replaces it", () => {
  const timers = new Timers();
  assert.equal(timers.next, undefined);
  timers.set("gadget", millis(50));
  timers.set("sync", millis(20));
  timers.set("gadget", millis(30));
  assert.equal(timers.next, 20);
  assert.deepEqual(timers.takeDue(millis(30)), ["sync", "gadget"]);
  assert.deepEqual(timers.takeDue(millis(1_000)), []);
});
