import assert from "node:assert/strict";
import { test } from "node:test";
import { DevClock } from "./devClock.ts";

function clockAt(startS: number) {
  const real = { s: startS };
  return { real, clock: new DevClock(() => real.s) };
}

test("blocks follow the real time, at least a second apart, and time goes on from a block that is ahead", () => {
  const { clock, real } = clockAt(1_000);
  assert.equal(clock.take(900), 1_000);
  assert.equal(clock.take(1_000), 1_001);
  assert.equal(clock.take(1_001), 1_002);
  assert.equal(clock.nowS(), 1_002);
  real.s = 1_010;
  assert.equal(clock.take(1_002), 1_012);
});

test("time is moved by so many seconds from the last block", () => {
  const { clock } = clockAt(1_000);
  const last = clock.take(clock.take(clock.take(999)));
  assert.equal(clock.increase(3_600) >= 3_600, true);
  assert.equal(clock.take(last), last + 3_600);
});

test("the next block's time is set once, and time goes on from it", () => {
  const { clock, real } = clockAt(1_000);
  clock.setNext(5_000);
  assert.equal(clock.take(1_000), 5_000);
  real.s = 1_003;
  assert.equal(clock.take(5_000), 5_003);
  clock.setNext(4_000);
  assert.equal(clock.take(5_003), 5_004, "a time that has passed meanwhile");
});

test("a fixed interval is independent of the real time, until it is taken away", () => {
  const { clock } = clockAt(1_000);
  clock.setInterval(12);
  assert.deepEqual([clock.take(2_000), clock.take(2_012)], [2_012, 2_024]);
  clock.setInterval(undefined);
  assert.equal(clock.take(2_024), 2_025);
  const kept = clock.state;
  clock.increase(99);
  clock.restore(kept);
  assert.equal(clock.take(2_025), 2_026);
});
