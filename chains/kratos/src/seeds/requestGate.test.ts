import assert from "node:assert/strict";
import { test } from "node:test";
import { type Seconds, seconds } from "@polis/codec";
import { gateLimits, RequestGate } from "./requestGate.ts";
import { noon } from "./testing/claims.ts";

const later = (offset: number): Seconds => seconds(noon + offset);

test("30 requests a minute and no more", () => {
  const gate = new RequestGate();
  for (let i = 0; i < 30; i++) assert.equal(gate.admit("a", later(i)), "admitted");
  assert.equal(gate.admit("a", later(59)), "RateLimited");
  assert.equal(gate.admit("b", later(59)), "admitted", "others are not concerned");
  assert.equal(gate.admit("a", later(60)), "admitted", "the first request is a minute old");
});

test("5 violations ban for 3,600 s and not longer", () => {
  const gate = new RequestGate();
  for (let i = 0; i < 30; i++) gate.admit("a", noon);
  const answers = Array.from({ length: 6 }, () => gate.admit("a", noon));
  assert.deepEqual(answers, [...new Array<string>(5).fill("RateLimited"), "Banned"]);
  assert.equal(gate.banned(noon), 1);
  assert.equal(gate.admit("a", later(3_599)), "Banned");
  assert.equal(gate.admit("a", later(3_600)), "admitted");
  assert.equal(gate.banned(later(3_600)), 0);
});

test("violations of other hours are not held against a source", () => {
  const gate = new RequestGate();
  for (let i = 0; i < 20; i++) gate.violation("a", later(i * 1_000));
  assert.equal(gate.isBanned("a", later(20_000)), false);
});

test("a flood of sources does not grow the memory, nor free who is banned", () => {
  const gate = new RequestGate({ ...gateLimits, maxSources: 100 });
  for (let i = 0; i < 5; i++) gate.violation("bad", noon);
  for (let i = 0; i < 1_000; i++) gate.admit(`source ${i}`, noon);
  assert.equal(gate.admit("bad", noon), "Banned");
});
