import assert from "node:assert/strict";
import { test } from "node:test";
import { storm } from "./testing/storm.ts";

test("20 storms of losses, cuts and power failures: nothing is signed twice, nothing final is replaced, and calm brings finality (I14, I31)", () => {
  let crashes = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const report = storm(seed, 10, 16);
    crashes += report.crashes;
    assert.deepEqual(report.violations, [], `seed ${seed}`);
    assert.ok(report.finalAfter > report.finalBefore, `seed ${seed}: final ${report.finalAfter}`);
    assert.ok(report.lag <= 4, `seed ${seed}: ${report.lag} behind`);
    // Nobody is banned or thrown out for what a network does to him.
    assert.deepEqual(
      report.faults.filter((fault) => !fault.endsWith(" score")),
      [],
      `seed ${seed}`,
    );
  }
  assert.ok(crashes > 20);
});

test("a node that asks for lost votes is not taken for a flood (found by seed 1032)", () => {
  const report = storm(1_032, 40, 40);
  assert.deepEqual(report.violations, []);
  assert.deepEqual(
    report.faults.filter((fault) => !fault.endsWith(" score")),
    [],
  );
});
