import assert from "node:assert/strict";
import { test } from "node:test";
import { volume } from "../volumes.ts";
import { makeTraces } from "./makeTraces.ts";
import { replay } from "./replay.ts";
import type { ModelState } from "./trace.ts";

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

test("a trace in which one replica is said to have done something else is refused", async () => {
  const [trace] = await makeTraces("voterFaulty", 1, 11);
  assert.ok(trace !== undefined);
  assert.ok(replay(trace, [5]).steps > 0);
  const at = trace.findIndex((state) => state.event.what === "receiveBlock");
  assert.ok(at > 0, "the trace delivers no block");
  const { id } = trace[at]!.event;
  const altered = (change: (view: number) => number): readonly ModelState[] =>
    trace.map((state, index) => {
      if (index !== at) return state;
      const replica = state.replicas.get(id)!;
      return { ...state, replicas: new Map([...state.replicas, [id, { ...replica, view: change(replica.view) }]]) };
    });
  assert.doesNotThrow(() =>
    replay(
      altered((view) => view),
      [5],
    ),
  );
  assert.throws(
    () =>
      replay(
        altered((view) => view + 1),
        [5],
      ),
    /receiveBlock/,
  );
});
