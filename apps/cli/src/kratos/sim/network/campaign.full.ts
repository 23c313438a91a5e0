import assert from "node:assert/strict";
import { test } from "node:test";
import { runNetwork } from "./runNetwork.ts";

const SEEDS = 120;
/** Seeds between two lines of progress. */
const SAY_EVERY = 20;
const WANTED = [
  ...["a reorganisation", "a restart", "EvidenceAccepted", "a withheld block", "a second vote of a round"],
  ...["a second block of a slot", "rejected: StateRootMismatch", "a new voter set", "clock Degraded"],
  ...["clock Healthy", "a censored transaction"],
];
const WRONG_CLOCKS = 24;

test(`${SEEDS} seeds of networks with attackers, faults and changing membership (I30, I31, I34)`, (t) => {
  const reached = new Map<string, number>();
  const from = performance.now();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const n = [4, 7, 10][seed % 3]!;
    const report = runNetwork({
      ...{ seed, n, joiners: 2, epochs: 5, slotsPerEpoch: 20, bootstrapMinEpochs: 1_440, real: false },
      ...{ attack: "mixed", healsAtMs: 300_000 },
    });
    assert.deepEqual(report.violations, [], `seed ${seed}`);
    for (const [name, times] of Object.entries(report.sometimes)) reached.set(name, (reached.get(name) ?? 0) + times);
    if (seed % SAY_EVERY === 0) t.diagnostic(`${seed} seeds in ${Math.round((performance.now() - from) / 1_000)} s`);
  }
  for (const name of WANTED) assert.ok((reached.get(name) ?? 0) > 0, name);
});

test(`${WRONG_CLOCKS} seeds in which every faulty clock is wrong: some are excluded, attest and recover (11.3, 11.4, I34)`, () => {
  const reached = new Set<string>();
  for (let seed = 1; seed <= WRONG_CLOCKS; seed++) {
    const report = runNetwork({
      ...{ seed, n: 4, joiners: 0, epochs: 10, slotsPerEpoch: 20, bootstrapMinEpochs: 1_440, real: false },
      ...{ attack: "skewed", healsAtMs: 600_000 },
    });
    assert.deepEqual(report.violations, [], `seed ${seed}`);
    for (const [name, times] of Object.entries(report.sometimes)) if (times > 0) reached.add(name);
  }
  for (const name of ["clock Excluded", "ClockAttested", "clock Recovering", "clock Healthy"])
    assert.ok(reached.has(name), name);
});

test("a network begun by two people goes on with those who join, and a full one of 101 holds", (t) => {
  const common = { slotsPerEpoch: 20, bootstrapMinEpochs: 1_440, real: false, healsAtMs: 120_000 };
  const few = runNetwork({ ...common, seed: 5, n: 2, joiners: 3, epochs: 8, attack: "honest" });
  assert.deepEqual(few.violations, []);
  assert.ok(few.finalizedHeight > few.height / 2, `${few.finalizedHeight} of ${few.height}`);
  const full = runNetwork({ ...common, seed: 6, n: 101, joiners: 0, epochs: 2, attack: "mixed" }, (done) =>
    t.diagnostic(`epoch ${done} with 101 validators`),
  );
  assert.deepEqual(full.violations, []);
});
