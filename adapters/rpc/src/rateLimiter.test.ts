import assert from "node:assert/strict";
import { test } from "node:test";
import { createRateLimiter } from "./rateLimiter.ts";

test("a burst, then the rate, per client", () => {
  let ms = 0;
  const limiter = createRateLimiter(10, 5, 100, () => ms);
  for (let i = 0; i < 5; i++) assert.equal(limiter.take("a", 1), 0);
  assert.equal(limiter.take("a", 1), 100);
  assert.equal(limiter.take("b", 1), 0);
  ms = 250;
  assert.equal(limiter.take("a", 2), 0);
  assert.equal(limiter.take("a", 1), 50);
});

test("a call heavier than the burst costs the whole burst", () => {
  const limiter = createRateLimiter(10, 5, 100, () => 0);
  assert.equal(limiter.take("a", 50), 0);
  assert.ok(limiter.take("a", 1) > 0);
});

test("the client seen longest ago is forgotten first, so memory is bounded", () => {
  const limiter = createRateLimiter(1, 1, 2, () => 0);
  limiter.take("a", 1);
  limiter.take("b", 1);
  assert.ok(limiter.take("a", 1) > 0);
  limiter.take("c", 1);
  assert.ok(limiter.take("a", 1) > 0, "a was seen after b and is still remembered");
  assert.equal(limiter.take("b", 1), 0);
});

test("a rate of 0 switches it off", () => {
  const limiter = createRateLimiter(0, 0, 1, () => 0);
  for (let i = 0; i < 1_000; i++) assert.equal(limiter.take("a", 100), 0);
});
