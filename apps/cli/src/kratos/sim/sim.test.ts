import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

const kratos = async (...args: readonly string[]) => {
  const program = new URL("../../kratos.ts", import.meta.url).pathname;
  return (await promisify(execFile)(process.execPath, [program, ...args])).stdout;
};

test("kratos sim prints one object, the same for the same seed", async () => {
  const args = ["sim", "--seed", "5", "--n", "4", "--epochs", "3", "--slots-per-epoch", "10", "--json"];
  const [first, again] = [await kratos(...args), await kratos(...args)];
  assert.equal(first, again);
  const report = JSON.parse(first);
  assert.deepEqual(Object.keys(report), ["seed", "hash", "height", "finalizedHeight", "states", "violations"]);
  assert.equal(report.seed, 5);
  assert.match(report.hash, /^[0-9a-f]{32}$/);
  assert.deepEqual([report.violations, report.states], [[], ["Bootstrap"]]);
  assert.ok(report.height > 15 && report.finalizedHeight > 0, first);
});

test("kratos sim names an attack that it does not know", async () => {
  await assert.rejects(kratos("sim", "--attack", "nothing"), /no attack nothing/);
});

test("kratos sim --single says what it reached", async () => {
  const text = await kratos("sim", "--single", "--n", "5", "--epochs", "2", "--slots-per-epoch", "30");
  assert.match(text, /every invariant holds/);
  assert.match(text, /FinalityRecorded/);
  assert.match(text, /transitions: 1 of 13, without T2, /);
});
