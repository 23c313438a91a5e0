import assert from "node:assert/strict";
import { test } from "node:test";
import { storm } from "./testing/storm.ts";

const SEEDS = 300;

test(`${SEEDS} long storms (I14, I31)`, () => {
  for (let seed = 1_000; seed < 1_000 + SEEDS; seed++) {
    const report = storm(seed, 40, 40);
    assert.deepEqual(report.violations, [], `seed ${seed}`);
    assert.ok(report.finalAfter > report.finalBefore, `seed ${seed}: final ${report.finalAfter}`);
    assert.ok(report.lag <= 4, `seed ${seed}: ${report.lag} behind`);
    assert.deepEqual(
      report.faults.filter((fault) => !fault.endsWith(" score")),
      [],
      `seed ${seed}`,
    );
  }
});
