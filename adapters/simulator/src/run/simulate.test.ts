import assert from "node:assert/strict";
import { test } from "node:test";
import { mockThreshold } from "../mock/mockThreshold.ts";
import { SIM_CONSENSUS } from "./options.ts";
import { campaign, mergeCampaigns, profileOf, runSeed } from "./runSeed.ts";
import { simulate } from "./simulate.ts";

test("a quiet network finalizes a block per view and includes every transaction", () => {
  const report = simulate({ seed: 1, n: 6, chaosMs: 3000, healMs: 4000 });
  assert.deepEqual(report.violations, []);
  assert.ok(report.finalizedHeight > 60, `${report.finalizedHeight}`);
  assert.ok(report.highestView - report.finalizedHeight <= 3);
});

test("one seed is one history: the same options give the same hash, other seeds another", () => {
  for (const seed of [3, 5, 11]) assert.equal(runSeed(seed).hash, runSeed(seed).hash);
  assert.notEqual(runSeed(3).hash, runSeed(8).hash);
});

test("a single validator finalizes alone", () => {
  const report = simulate({ seed: 2, n: 1, chaosMs: 1000, healMs: 4000 });
  assert.deepEqual(report.violations, []);
  assert.ok(report.finalizedHeight > 10);
});

test("profiles follow from the seed: twins, scripts and plain faults in turn, each with half of the fault kinds", () => {
  const kinds = new Set<string>();
  for (let seed = 0; seed < 50; seed++) {
    const { n, faulty, faultKinds, absence } = profileOf(seed);
    if (absence !== undefined) continue;
    assert.ok([6, 7, 11, 16].includes(n));
    assert.equal(faultKinds?.length, seed % 13 === 3 ? 10 : 9);
    for (const kind of faultKinds!) kinds.add(kind);
    const names = [...faulty!.values()];
    assert.ok(names.length <= Math.floor((n - 1) / 5));
    if (seed % 5 === 4) assert.deepEqual(names, []);
    else assert.ok(names.every((name) => (name === "twins") === (seed % 5) % 2 < 1));
  }
  assert.equal(kinds.size, 19);
  assert.ok(SIM_CONSENSUS.emptyBlockIntervalMs * 2 <= SIM_CONSENSUS.viewTimeoutMs);
});

test("campaign reports add up", () => {
  const whole = campaign(20, 4);
  const parts = mergeCampaigns(campaign(20, 2), campaign(22, 2));
  assert.deepEqual(parts, whole);
  assert.equal(whole.seeds, 4);
});

test("certificates with seeds in a network without them are refused", () => {
  assert.throws(() => simulate({ seed: 1, n: 6, schemes: mockThreshold, consensus: {} }), /randomness "seed"/);
});
