import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { volume } from "../../../../tools/volumes.ts";
import { SOMETIMES } from "../checkers/sometimes.ts";
import { multisigScheme } from "./multisig.ts";
import { RANDOM_LEADERS } from "./options.ts";
import { campaign, runSeed } from "./runSeed.ts";
import { simulate } from "./simulate.ts";
import { thresholdScheme } from "./threshold.ts";

const file = join(import.meta.dirname, "../../seeds.json");
const recorded: readonly { readonly seed: number; readonly why: string }[] = JSON.parse(readFileSync(file, "utf8"));

test("seeds that once failed pass", () => {
  for (const { seed, why } of recorded) {
    assert.deepEqual(runSeed(seed).violations, [], `seed ${seed}: ${why}`);
  }
});

test("a campaign finds no violation and reaches what it must reach", (t) => {
  const first = 1000;
  const report = campaign(first, volume("simulatorSeeds"));
  const counts = Object.entries(report.sometimes).map(([event, count]) => `${event} ${count}`);
  t.diagnostic(`${report.seeds} seeds from ${first}, ${Math.round(report.simulatedMs / 1000)} s: ${counts.join(", ")}`);
  for (const { seed, violations } of report.failures) assert.deepEqual(violations, [], `seed ${seed}`);
  for (const event of SOMETIMES) {
    if (!RARE.has(event)) assert.ok(report.sometimes[event]! > 0, `never reached: ${event}`);
  }
});

/** Reached by directed scenarios, or by fewer seeds than the fast tier runs. */
const RARE = new Set<string>([
  "journal lost and regained",
  "gate closed",
  "unsynced writes lost",
  "catch-up over many views",
  "corruption detected",
]);

test("seeds with every message on the wire format", () => {
  for (const seed of [1, 2, 4]) assert.deepEqual(runSeed(seed, { wire: true }).violations, [], `seed ${seed}`);
});

test("real BLS signatures on the wire format, with an equivocator, loss and crashes", () => {
  const options = { n: 6, schemes: multisigScheme, wire: true, chaosMs: 1200, healMs: 3200 } as const;
  const faulty = new Map([[2, "equivocator"]]);
  const report = simulate({ ...options, seed: 1, faulty, faultKinds: ["loss", "crash"] });
  assert.deepEqual(report.violations, []);
  assert.ok(report.finalizedHeight > 10, `${report.finalizedHeight}`);
});

test("real threshold signatures, random leaders from their seeds, wire format, loss and crashes (R5, K18)", () => {
  const options = { n: 6, schemes: thresholdScheme, consensus: RANDOM_LEADERS, wire: true } as const;
  const report = simulate({ ...options, seed: 2, chaosMs: 700, healMs: 3000, faultKinds: ["loss", "crash"] });
  assert.deepEqual(report.violations, []);
  assert.ok(report.finalizedHeight > 8, `${report.finalizedHeight}`);
});

test("random leaders on the wire format, under attack", () => {
  for (const seed of [5, 14, 32]) assert.deepEqual(runSeed(seed, { wire: true }).violations, [], `seed ${seed}`);
});
