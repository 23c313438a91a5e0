import assert from "node:assert/strict";
import { test } from "node:test";
import { runSeed } from "@polis/simulator";
import { kairosLedgerSetup } from "./kairosLedgerSetup.ts";
import { realLedger } from "./realLedger.ts";

test("real ledgers in the simulated world: payments become final, roots agree, and a seed repeats", () => {
  const first = runSeed(4, { n: 6, ledger: kairosLedgerSetup(6) });
  assert.deepEqual(first.violations, []);
  assert.ok(first.finalizedHeight > 10, `height ${first.finalizedHeight}`);
  assert.equal(runSeed(4, { n: 6, ledger: kairosLedgerSetup(6) }).hash, first.hash);
});

test("seeds that draw their leaders run with the real ledger too, leaders in turn", () => {
  const report = runSeed(14, { ...realLedger(14, 6), chaosMs: 300 });
  assert.deepEqual(report.violations, []);
  assert.ok(report.finalizedHeight > 5);
});

test("attackers with bodies that execute to another root change nothing", () => {
  for (const seed of [1, 3]) {
    assert.deepEqual(runSeed(seed, { n: 6, ledger: kairosLedgerSetup(6) }).violations, []);
  }
});
