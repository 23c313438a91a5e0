import assert from "node:assert/strict";
import { test } from "node:test";
import type { NetworkOptions } from "./networkOptions.ts";
import { ROLES } from "./roles.ts";
import { runNetwork } from "./runNetwork.ts";

const options: NetworkOptions = {
  ...{ seed: 3, n: 4, joiners: 1, epochs: 5, slotsPerEpoch: 20, bootstrapMinEpochs: 1_440, real: false },
  ...{ attack: "mixed", healsAtMs: 300_000 },
};

/** What shows that an attack took place. */
const TRACES: Readonly<Record<string, string>> = {
  twin: "a second vote of a round",
  doubleProducer: "a second block of a slot",
  withholder: "a withheld block",
  skewed: "clock Degraded",
  censor: "a censored transaction",
};

/** Whether an attacker gets its chance is drawn: another seed gives another one. */
const SEEDS = [3, 4, 5, 6, 7];

for (const attack of ROLES) {
  test(`safety and liveness with losses, partitions, restarts and: ${attack}`, () => {
    const trace = TRACES[attack];
    let isShown = trace === undefined;
    for (const [i, seed] of SEEDS.entries()) {
      if (i > 0 && isShown) break;
      const report = runNetwork({ ...options, attack, seed });
      assert.deepEqual(report.violations, []);
      assert.ok(report.finalizedHeight > 60, `${report.finalizedHeight} of ${report.height}`);
      assert.ok(report.sometimes["a new voter set"]! > 0);
      isShown ||= report.sometimes[trace!]! > 0;
    }
    assert.ok(isShown, `${attack} had no chance`);
  });
}

test("one seed is one history of a network", () => {
  const [first, again, other] = [options, options, { ...options, seed: 4 }].map((each) => runNetwork(each));
  assert.deepEqual(first, again);
  assert.notEqual(first!.hash, other!.hash);
});

test("a calm network loses no slot, punishes nobody, and its finality is close behind", () => {
  const report = runNetwork({ ...options, joiners: 0, attack: "honest", healsAtMs: 0 });
  assert.deepEqual(report.violations, []);
  assert.equal(report.height, 100);
  assert.equal(report.sometimes.PenaltyApplied, undefined);
  assert.ok(report.height - report.finalizedHeight <= 3);
});

test("a voter that restarts between its votes does not stop finality where all are needed (found by seed 45)", () => {
  for (const seed of [45, 51, 81]) assert.deepEqual(runNetwork({ ...options, joiners: 2, seed }).violations, []);
});

test("a validator whose clock is wrong is excluded, attests when it is right again, and recovers (11.3, 11.4)", () => {
  const { violations, sometimes } = runNetwork({
    ...{ seed: 7, n: 4, joiners: 0, epochs: 10, slotsPerEpoch: 20, bootstrapMinEpochs: 1_440, real: false },
    ...{ attack: "skewed", healsAtMs: 600_000 },
  });
  assert.deepEqual(violations, []);
  for (const name of ["clock Excluded", "clock Recovering"]) assert.equal(sometimes[name], 1, name);
  assert.ok(sometimes.ClockAttested! >= 5, "five attestations in a row");
});
