import assert from "node:assert/strict";
import { test } from "node:test";
import { ADMISSION_MS, Admission } from "./admission.ts";

test("a peer is admitted once, by what it says of itself", async () => {
  const admission = new Admission();
  assert.equal(await admission.wait("nobody"), false);
  admission.open("a", 0);
  admission.open("a", 5_000);
  const waiting = admission.wait("a");
  assert.equal(admission.has("a"), false);
  assert.equal(admission.decide("a", true), true);
  assert.equal(admission.decide("a", true), false, "the second connection is no news");
  assert.equal(await waiting, true);
  assert.deepEqual(admission.admitted(), ["a"]);
  assert.deepEqual(admission.close("a"), { admitted: true, sinceMs: 0 });
  assert.equal(admission.close("a"), undefined);
  assert.equal(admission.has("a"), false);
});

test("whoever leaves, or is turned away, is waited for no longer", async () => {
  const admission = new Admission();
  admission.open("gone", 0);
  admission.open("foreign", 0);
  const both = Promise.all([admission.wait("gone"), admission.wait("foreign")]);
  assert.deepEqual(admission.close("gone"), { admitted: false, sinceMs: 0 });
  admission.decide("foreign", false);
  assert.deepEqual(await both, [false, false]);
  assert.equal(admission.decide("gone", true), false);
});

test("the late are named, and since when a peer is there", () => {
  const admission = new Admission();
  admission.open("silent", 0);
  admission.open("known", 0);
  admission.decide("known", true);
  assert.deepEqual(admission.late(ADMISSION_MS), []);
  assert.deepEqual(admission.late(ADMISSION_MS + 1), ["silent"]);
  admission.open("known", 7);
  assert.equal(admission.sinceMs("known"), 0);
  assert.equal(admission.sinceMs("nobody"), Number.POSITIVE_INFINITY);
});
