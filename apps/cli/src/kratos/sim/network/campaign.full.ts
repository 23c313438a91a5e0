import assert from "node:assert/strict";
import { test } from "node:test";
import { runNetwork } from "./runNetwork.ts";

const SEEDS = 120;

test(`${SEEDS} seeds of networks with attackers, faults and changing membership`, () => {
  const reached = new Map<string, number>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const n = [4, 7, 10][seed % 3]!;
    const report = runNetwork({
      ...{ seed, n, joiners: 2, epochs: 5, slotsPerEpoch: 20, bootstrapMinEpochs: 1_440, real: false },
      ...{ attack: "mixed", healsAtMs: 300_000 },
    });
    assert.deepEqual(report.violations, [], `seed ${seed}`);
    for (const [name, times] of Object.entries(report.sometimes)) reached.set(name, (reached.get(name) ?? 0) + times);
  }
  for (const name of ["a reorganisation", "EvidenceAccepted", "a withheld block", "rejected: StateRootMismatch"]) {
    assert.ok((reached.get(name) ?? 0) > 0, name);
  }
});
