import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestPace } from "./requestPace.ts";

test("N7: a burst leaves at once, then requests leave at the rate that the peer allows, each peer's for itself", () => {
  const pace = new RequestPace(20);
  const leavesAt: number[] = [];
  for (let i = 0; i < 200; i++) leavesAt.push(pace.wait(1, 0));
  const atOnce = leavesAt.filter((ms) => ms === 0).length;
  assert.ok(atOnce >= 40 && atOnce <= 60, `${atOnce} at once`);
  for (const from of [1_000, 3_000]) {
    const within = leavesAt.filter((ms) => ms > from && ms <= from + 1_000).length;
    assert.ok(within >= 17 && within <= 20, `${within} in a second`);
  }
  assert.equal(pace.wait(2, 0), 0);
  assert.equal(pace.wait(1, 60_000), 0, "after a rest the burst is back");
});
