import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createWindowLimiter } from "./windowLimiter.ts";

const limits = { requests: 3, windowMs: 1_000, violations: 3, banMs: 60_000, maxClients: 10 };

test("so many requests in any window, and the wait is until the oldest leaves it", () => {
  let ms = 0;
  const limiter = createWindowLimiter(limits, () => ms);
  for (ms of [0, 100, 200]) assert.equal(limiter.take("a", 1), 0);
  ms = 400;
  assert.equal(limiter.take("a", 1), 600);
  assert.equal(limiter.take("b", 1), 0, "others are not concerned");
  ms = 1_000;
  assert.equal(limiter.take("a", 1), 0);
  assert.equal(limiter.take("a", 1), 100);
});

test("violations are a ban, which ends and forgets", () => {
  let ms = 0;
  let bans = 0;
  const limiter = createWindowLimiter(
    limits,
    () => ms,
    () => bans++,
  );
  for (let i = 0; i < 5; i++) limiter.take("a", 1);
  assert.equal(limiter.banLeft("a"), 0, "two violations");
  assert.equal(limiter.take("a", 1), 60_000);
  assert.deepEqual([limiter.banLeft("a"), limiter.banLeft("b"), bans], [60_000, 0, 1]);
  ms = 59_999;
  assert.equal(limiter.take("a", 1), 1);
  ms = 60_000;
  assert.deepEqual([limiter.banLeft("a"), limiter.take("a", 1), bans], [0, 0, 1]);
});

test("violations that lie a ban's length apart are forgotten", () => {
  let ms = 0;
  const limiter = createWindowLimiter(limits, () => ms);
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 3; i++) assert.equal(limiter.take("a", 1), 0);
    assert.ok(limiter.take("a", 1) > 0);
    assert.equal(limiter.banLeft("a"), 0);
    ms += 60_000;
  }
});

test("never more than so many in any window, for any arrivals", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 200 }), (gaps) => {
      let ms = 0;
      const limiter = createWindowLimiter({ ...limits, violations: Number.POSITIVE_INFINITY }, () => ms);
      const taken: number[] = [];
      for (const gap of gaps) {
        ms += gap;
        const waitMs = limiter.take("a", 1);
        if (waitMs === 0) taken.push(ms);
        else assert.equal(taken.filter((at) => ms - at < 1_000).length, 3, "refused only when the window is full");
        assert.ok(taken.filter((at) => ms - at < 1_000).length <= 3);
      }
    }),
  );
});

test("clients and bans are bounded: the oldest are forgotten first", () => {
  let ms = 0;
  const limiter = createWindowLimiter({ ...limits, requests: 1, violations: 1, maxClients: 2 }, () => ms++);
  for (const name of ["a", "b", "c"]) {
    limiter.take(name, 1);
    limiter.take(name, 1);
  }
  assert.deepEqual(
    ["a", "b", "c"].map((name) => limiter.banLeft(name) > 0),
    [false, true, true],
  );
});
