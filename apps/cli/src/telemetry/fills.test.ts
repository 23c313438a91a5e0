import assert from "node:assert/strict";
import { test } from "node:test";
import { Fills } from "./fills.ts";

test("a peak is seen for ten to twenty seconds, then it is gone", () => {
  const fills = new Fills(0);
  fills.note("transactions", 5_000);
  fills.note("transactions", 10);
  fills.note("finalized", 1_000);
  assert.equal(fills.read(1_000).get("transactions"), 0.5);
  assert.equal(fills.read(9_999).get("finalized"), 1);
  assert.equal(fills.read(10_000).get("transactions"), 0.5);
  assert.equal(fills.read(19_000).get("transactions"), 0.5);
  assert.equal(fills.read(20_000).get("transactions"), 0);
  assert.equal(fills.read(20_000).get("broadcast"), 0);
});

test("a peak of long ago is not shown when nobody has read since", () => {
  const fills = new Fills(0);
  fills.note("broadcast", 10_000);
  assert.equal(fills.read(60_000).get("broadcast"), 0);
});
