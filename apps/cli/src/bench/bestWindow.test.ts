import assert from "node:assert/strict";
import { test } from "node:test";
import { bestWindow } from "./bestWindow.ts";

const trial = (inFlight: number, paymentsPerSecond: number, p99Ms: number | null) => ({
  inFlight,
  paymentsPerSecond,
  p99Ms,
});

test("the fastest of the timely windows wins, however fast an untimely one is", () => {
  const trials = [trial(600, 2100, 600), trial(1000, 2400, 900), trial(2000, 3000, 1500)];
  assert.equal(bestWindow(trials, 1000).inFlight, 1000);
});

test("without a timely window the one with the lowest p99 wins; one without samples never does", () => {
  const trials = [trial(600, 500, null), trial(1000, 900, 3000), trial(2000, 990, 4000)];
  assert.equal(bestWindow(trials, 1000).inFlight, 1000);
  assert.throws(() => bestWindow([], 1000), /no trials/);
});
