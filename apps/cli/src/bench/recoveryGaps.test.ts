import assert from "node:assert/strict";
import { test } from "node:test";
import { longestFinalityGapMs } from "./recoveryGaps.ts";

const marks = new Map([
  [0, [1_000, 2_000, 3_000, 9_000]],
  [1, [1_000, 2_500]],
]);

test("a gap may begin before the stretch and end after it", () => {
  assert.equal(longestFinalityGapMs(marks, 1, 2_500, 9_500), 6);
  assert.equal(longestFinalityGapMs(marks, 1, 2_500, 8_000), 5);
  assert.equal(longestFinalityGapMs(marks, undefined, 2_500, 9_500), 7);
});

test("the killed validator's own silence does not count, a silent other's does", () => {
  assert.equal(longestFinalityGapMs(marks, 1, 1_000, 3_000), 1);
  assert.equal(longestFinalityGapMs(new Map([[2, []]]), 1, 1_000, 4_000), 3);
});
