import assert from "node:assert/strict";
import { test } from "node:test";
import { volume } from "../volumes.ts";
import { makeTraces } from "./makeTraces.ts";
import { replay } from "./replay.ts";

const FAULTY: Readonly<Record<string, readonly number[]>> = { leaderFaulty: [1], voterFaulty: [5] };

for (const [configuration, faulty] of Object.entries(FAULTY)) {
  test(`the replica does what the model does in random runs of ${configuration}`, async () => {
    const traces = await makeTraces(configuration, volume("modelReplays"), 11);
    assert.equal(traces.length, volume("modelReplays"));
    const results = traces.map((trace) => replay(trace, faulty));
    assert.ok(
      results.some((result) => result.finalizations > 0),
      "no run finalized anything",
    );
    assert.ok(
      results.some((result) => result.crashes > 0),
      "no run had a crash",
    );
  });
}
