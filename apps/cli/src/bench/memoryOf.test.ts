import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryOf } from "./memoryOf.ts";

const MB = 1024 * 1024;

test("largest, last and the steepest growth of the second half", () => {
  // Node 0 falls to 100 MB and stays; node 1 grows by 2 MB every ten seconds.
  const samples = Array.from({ length: 13 }, (_, i) => [
    { node: 0, atMs: i * 10_000, bytes: (i === 0 ? 300 : 100) * MB },
    { node: 1, atMs: i * 10_000, bytes: (120 + 2 * i) * MB },
  ]).flat();
  const { largestMb, largestEndMb, slopeMbPerMinute } = memoryOf(samples);
  assert.equal(largestMb, 300);
  assert.equal(largestEndMb, 144);
  assert.ok(Math.abs(slopeMbPerMinute - 12) < 1e-9, `${slopeMbPerMinute}`);
});

test("no samples are zeros", () => {
  assert.deepEqual(memoryOf([]), { largestMb: 0, largestEndMb: 0, slopeMbPerMinute: 0 });
});
