import assert from "node:assert/strict";
import { test } from "node:test";
import { compareRandom } from "../testing/compareRandom.ts";

// The comparisons run before the first test is declared: from then on the test runner follows every promise, and the
// reference makes several for each instruction.
const ends = await compareRandom(0, 600, false);
const steps = await compareRandom(100_000, 120, true);

test("random programs end as in the reference: gas, output, logs and the whole world", () => {
  assert.deepEqual(ends, []);
});

test("random programs take the same steps as in the reference", () => {
  assert.deepEqual(steps, []);
});
