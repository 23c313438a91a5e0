import assert from "node:assert/strict";
import { test } from "node:test";
import { plantedBugs } from "../bugs.ts";
import { TRANSITIONS } from "../checkers/sometimes.ts";
import { cliffs } from "./cliffs.ts";
import { runSingle, type SingleOptions } from "./runSingle.ts";

const short: SingleOptions = {
  ...{ seed: 7, validators: 7, others: 12, epochs: 6, slotsPerEpoch: 12, bootstrapMinEpochs: 1_440, real: false },
  ...{ missEvery: 9, justifyEvery: 3, importEvery: 5, rootsEveryEpochs: 1, every: 1 },
  membership: [{ fromEpoch: 1, validators: 10 }],
};

test("cliffs of membership reach every transition, each is logged (I40), nobody loses without a cause (I22), and all else holds (I1 to I41)", () => {
  const report = runSingle(cliffs(1));
  assert.deepEqual(report.violations, []);
  assert.deepEqual(
    TRANSITIONS.filter((row) => !((report.sometimes[row] ?? 0) > 0)),
    [],
  );
  for (const state of new Set(report.states)) assert.ok(report.sometimes[`Transfer in ${state}`]! > 0, state);
  assert.ok(report.finalizedHeight > report.height - 10, `${report.finalizedHeight} of ${report.height} is final`);
});

test("one seed is one history, another seed another one", () => {
  const [first, again, other] = [short, short, { ...short, seed: 8 }].map((options) => runSingle(options));
  assert.deepEqual(first!.violations, []);
  assert.equal(first!.hash, again!.hash);
  assert.notEqual(first!.hash, other!.hash);
  assert.ok(first!.sometimes["a failed effect"]! > 0);
});

test("real signatures tell the same story as cheap ones", () => {
  const report = runSingle({ ...short, epochs: 1, real: true });
  assert.deepEqual(report.violations, []);
  assert.ok(report.height > 5 && report.finalizedHeight > 0);
});

for (const { name, finds, module } of plantedBugs) {
  test(`a planted bug is found: ${name} (${finds})`, () => {
    const { violations } = runSingle({ ...short, missEvery: 0, epochs: 5, bug: module });
    assert.ok(
      violations.some(({ invariant }) => invariant === finds),
      `found ${[...new Set(violations.map(({ invariant }) => invariant))].join(", ") || "nothing"}`,
    );
  });
}
