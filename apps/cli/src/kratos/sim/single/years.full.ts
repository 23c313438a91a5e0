import assert from "node:assert/strict";
import { test } from "node:test";
import { TRANSITIONS } from "../checkers/sometimes.ts";
import { cliffs } from "./cliffs.ts";
import { runSingle } from "./runSingle.ts";

test("the bootstrap era of 1,440 epochs at the values of production", (t) => {
  const options = {
    ...{ seed: 1, validators: 4, others: 0, epochs: 1_441, slotsPerEpoch: 600, bootstrapMinEpochs: 1_440, real: false },
    ...{ missEvery: 0, justifyEvery: 600, importEvery: 10_000, rootsEveryEpochs: 24, every: 0, membership: [] },
  };
  const from = performance.now();
  const report = runSingle(options, (done) => {
    if (done % 200 === 0) t.diagnostic(`${done} epochs in ${Math.round((performance.now() - from) / 1_000)} s`);
  });
  assert.deepEqual(report.violations, []);
  assert.ok(report.sometimes.T2! > 0, "four validators stay in an extended bootstrap era");
});

test("an epoch of the root chain with 101 validators", () => {
  const report = runSingle({
    ...{ seed: 1, validators: 101, others: 0, epochs: 2, slotsPerEpoch: 600, bootstrapMinEpochs: 1_440, real: false },
    ...{ missEvery: 50, justifyEvery: 2, importEvery: 20, rootsEveryEpochs: 1, every: 0, membership: [] },
  });
  assert.deepEqual(report.violations, []);
});

test("cliffs of membership from many seeds", () => {
  for (let seed = 2; seed < 12; seed++) {
    const report = runSingle(cliffs(seed));
    assert.deepEqual(report.violations, [], `seed ${seed}`);
    for (const row of TRANSITIONS) assert.ok(report.sometimes[row]! > 0, `seed ${seed}: ${row}`);
  }
});
