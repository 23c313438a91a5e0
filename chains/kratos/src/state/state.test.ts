import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, digest, kceU32 } from "@polis/codec";
import { emptySparse, noEntries } from "@polis/state";
import fc from "fast-check";
import { commitState } from "./commitState.ts";
import { defineItem, defineTable } from "./item.ts";
import { noEntriesBelow, State } from "./state.ts";

const counters = defineTable<number>("counter:", { codec: kceU32, maxBytes: 4, missing: 0 });
const note = defineItem<number | undefined>("note", { codec: kceU32, maxBytes: 4, missing: undefined });
const account = (n: number): Digest => digest(n.toString(16).padStart(64, "0"));
const none = (): never => assert.fail("nothing is stored");

type Step = { readonly what: "set" | "delete" | "mark" | "revert"; readonly who: number; readonly value: number };
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom("set", "set", "delete", "mark", "revert"),
  who: fc.integer({ min: 0, max: 3 }),
  value: fc.integer({ min: 0, max: 5 }),
});

test("a state behaves as a map that can go back, and its changes are what differs from below", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.array(step, { maxLength: 30 }), (first, second) => {
      const below = new State(noEntriesBelow);
      const before = run(below, first, new Map());
      const state = new State(below);
      const after = run(state, second, before);
      for (let i = 0; i < 4; i++) {
        assert.equal(state.get(counters.of(account(i))), after.get(i) ?? 0);
        assert.equal(below.get(counters.of(account(i))), before.get(i) ?? 0);
      }
      const changed = [0, 1, 2, 3].filter((i) => before.get(i) !== after.get(i)).map((i) => `counter:${account(i)}`);
      assert.deepEqual(
        state.changes().map(({ name }) => name),
        changed,
      );
      const stepwise = commitState(commitState(emptySparse, below.changes(), none), state.changes(), none);
      const flat = new State(noEntriesBelow);
      for (const [i, value] of after) flat.set(counters.of(account(i)), value);
      assert.equal(stepwise.hash, commitState(emptySparse, flat.changes(), none).hash);
    }),
  );
});

function run(state: State, steps: readonly Step[], start: ReadonlyMap<number, number>): Map<number, number> {
  let model = new Map(start);
  const marks: { readonly mark: ReturnType<State["mark"]>; readonly model: Map<number, number> }[] = [];
  for (const { what, who, value } of steps) {
    if (what === "set") {
      state.set(counters.of(account(who)), value);
      model.set(who, value);
    } else if (what === "delete") {
      state.delete(counters.of(account(who)));
      model.delete(who);
    } else if (what === "mark") marks.push({ mark: state.mark(), model: new Map(model) });
    else {
      const last = marks.pop();
      if (last === undefined) continue;
      state.revert(last.mark);
      model = last.model;
    }
  }
  return model;
}

test("a missing entry reads as what its declaration says, and the empty state has the zero root", () => {
  const state = new State(noEntriesBelow);
  assert.equal(state.get(note), undefined);
  assert.equal(state.get(counters.of(account(1))), 0);
  assert.equal(commitState(emptySparse, state.changes(), none).hash, noEntries);
  state.update(counters.of(account(1)), (value) => value + 1);
  assert.equal(state.get(counters.of(account(1))), 1);
});

test("a damaged entry is an error of this node, not a value", () => {
  const state = new State({ entry: () => new Uint8Array(3) });
  assert.throws(() => state.get(note), /damaged/);
});
