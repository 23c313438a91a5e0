import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { longestGap, lowestRate, quantile, slope } from "./stats.ts";

test("quantiles are values of the list, by the nearest rank", () => {
  assert.equal(quantile([3, 1, 2], 0.5), 2);
  assert.equal(quantile([4, 1, 3, 2], 0.5), 2);
  assert.equal(quantile([5, 4, 3, 2, 1], 0.99), 5);
  assert.equal(quantile([7], 0), 7);
  assert.ok(Number.isNaN(quantile([], 0.5)));
});

test("the slope of points on a line is the line's", () => {
  fc.assert(
    fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }), (a, b) => {
      const points = [0, 1, 2, 5, 9].map((x) => [x, a * x + b] as const);
      assert.ok(Math.abs(slope(points) - a) < 1e-9);
    }),
  );
  assert.equal(slope([]), 0);
  assert.equal(slope([[3, 4]]), 0);
});

test("the longest gap does not depend on the order", () => {
  assert.equal(longestGap([10, 1, 4]), 6);
  assert.equal(longestGap([10]), 0);
  assert.equal(longestGap([]), 0);
});

test("the lowest rate is that of the slowest window, whatever the whole gives", () => {
  const counts = [0, 100, 200, 210, 220, 400].map((count, i) => [i * 1000, count] as const);
  assert.equal(lowestRate(counts, 1000), 10);
  assert.equal(lowestRate(counts, 2000), 10);
  assert.equal(lowestRate(counts, 5000), 80);
  assert.equal(lowestRate(counts, 6000), undefined);
  assert.equal(lowestRate([], 1), undefined);
});
