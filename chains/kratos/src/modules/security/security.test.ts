import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeKce, encodeKce, epoch } from "@polis/codec";
import fc from "fast-check";
import type { SecurityStateName } from "../../economics/inflation.ts";
import type { CallClass } from "../../runtime/call.ts";
import { admitsClass, effectsOf } from "./effects.ts";
import { nextState, validatorsNeeded } from "./nextState.ts";
import { type SecurityRecord, security } from "./securityState.ts";

/** Evaluates V epoch by epoch and says each state that was entered with its reason. */
function evaluate(
  validators: readonly number[],
  start: Partial<SecurityRecord> = {},
  participationBps = 10_000,
): { readonly path: readonly string[]; readonly record: SecurityRecord } {
  let record: SecurityRecord = { ...security.missing, ...start };
  const path: string[] = [];
  for (const [i, count] of validators.entries()) {
    const evaluation = { validators: count, participationBps, bootstrapMinEpochs: 3, epoch: epoch(i + 1) };
    const { to, reason, ...counters } = nextState(record, evaluation);
    if (reason !== undefined) path.push(`${reason} ${to}`);
    record = { ...record, ...counters, state: to };
  }
  return { path, record };
}

const times = (count: number, value: number): number[] => new Array<number>(count).fill(value);

test("Bootstrap ends with time, 50 validators and participation, and never without one of them (I35)", () => {
  assert.deepEqual(evaluate([60, 60, 60, 60]).path, ["T3 Degraded"]);
  assert.deepEqual(evaluate([80, 80, 80]).path, ["T3 Normal"]);
  assert.deepEqual(evaluate(times(9, 49)).path, []);
  assert.deepEqual(evaluate([80, 80]).path, []);
  assert.deepEqual(evaluate(times(9, 80), {}, 8_999).path, []);
});

test("a fall is immediate and may pass several levels (I36)", () => {
  assert.deepEqual(evaluate([74], { state: "Normal" }).path, ["T4 Degraded"]);
  assert.deepEqual(evaluate([49], { state: "Normal" }).path, ["T4 Restricted"]);
  assert.deepEqual(evaluate([24], { state: "Normal" }).path, ["T4 Emergency"]);
  assert.deepEqual(evaluate([24], { state: "Degraded" }).path, ["T5 Emergency"]);
  assert.deepEqual(evaluate([24], { state: "Restricted" }).path, ["T6 Emergency"]);
  assert.deepEqual(evaluate([24], { state: "BootstrapRecovery" }).path, ["T13 Emergency"]);
});

test("Normal comes back after 100 evaluations in a row at 75, and one below starts anew (I37)", () => {
  assert.deepEqual(evaluate(times(99, 75), { state: "Degraded" }).path, []);
  assert.deepEqual(evaluate(times(100, 75), { state: "Degraded" }).path, ["T7 Normal"]);
  assert.deepEqual(evaluate([...times(99, 75), 74, ...times(99, 75)], { state: "Degraded" }).path, []);
  // The entry with enough validators is the first of the hundred.
  assert.deepEqual(evaluate([75, ...times(99, 75)], { state: "Restricted" }).path, ["T8 Degraded", "T7 Normal"]);
});

test("ten evaluations below 50 are a collapse, which ends in recovery (I37)", () => {
  assert.deepEqual(evaluate(times(10, 40), { state: "Normal" }).path, ["T4 Restricted", "T10 BootstrapRecovery"]);
  assert.deepEqual(evaluate([...times(9, 40), 50, 40], { state: "Restricted" }).path, ["T8 Degraded", "T5 Restricted"]);
  assert.deepEqual(evaluate([20, 30], { state: "Restricted" }).path, ["T6 Emergency", "T9 Restricted"]);
  assert.deepEqual(evaluate([...times(9, 20), 30], { state: "Normal" }).path, [
    "T4 Emergency",
    "T11 BootstrapRecovery",
  ]);
  assert.deepEqual(evaluate([50], { state: "BootstrapRecovery" }).path, ["T12 Degraded"]);
});

test("whatever V does, the state fits it, and Bootstrap never returns", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 101 }), { maxLength: 300 }), (validators) => {
      let record: SecurityRecord = { ...security.missing, state: "Normal" };
      for (const [i, count] of validators.entries()) {
        const evaluation = { validators: count, participationBps: 0, bootstrapMinEpochs: 3, epoch: epoch(i) };
        const { to, ...counters } = nextState(record, evaluation);
        assert.notEqual(to, "Bootstrap");
        assert.equal(to === "Emergency", count < 25);
        if (count < 50) assert.ok(["Restricted", "Emergency", "BootstrapRecovery"].includes(to));
        record = { ...record, ...counters, state: to };
      }
    }),
  );
});

test("exit, fork and safety are admitted in every state; governance only from 50 validators on (I38, I39)", () => {
  const states: SecurityStateName[] = [
    "Bootstrap",
    "Normal",
    "Degraded",
    "Restricted",
    "Emergency",
    "BootstrapRecovery",
  ];
  for (const state of states) {
    for (const callClass of ["X", "F", "S"] as const) assert.equal(admitsClass(state, callClass), true);
  }
  const admitted = (callClass: CallClass) => states.filter((state) => admitsClass(state, callClass));
  assert.deepEqual(admitted("G"), ["Bootstrap", "Normal", "Degraded"]);
  assert.deepEqual(admitted("C"), ["Bootstrap", "Normal"]);
  assert.deepEqual(
    states.filter((state) => effectsOf(state).earlyVoting),
    ["Bootstrap"],
  );
  assert.deepEqual(
    states.filter((state) => effectsOf(state).creditFactor === 2),
    ["Bootstrap", "BootstrapRecovery"],
  );
});

test("the record survives its encoding, and says how many validators are missing", () => {
  const bytes = encodeKce(security.codec, security.missing);
  assert.deepEqual(decodeKce(security.codec, bytes, security.maxBytes), { ok: true, value: security.missing });
  assert.deepEqual(
    [validatorsNeeded("Degraded", 60), validatorsNeeded("Normal", 80), validatorsNeeded("Emergency", 3)],
    [15, 0, 22],
  );
});
