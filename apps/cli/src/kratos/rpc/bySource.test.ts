import assert from "node:assert/strict";
import { test } from "node:test";
import { createWindowLimiter } from "@polis/rpc";
import { bySource } from "./bySource.ts";

test("the addresses of one /64, and the two forms of an IPv4 address, are one client; neighbours are others (13.1)", () => {
  const limits = { requests: 2, windowMs: 10_000, violations: 3, banMs: 300_000, maxClients: 10 };
  const limiter = bySource(createWindowLimiter(limits, () => 0));
  const isTaken = (client: string) => limiter.take(client, 1) === 0;
  assert.deepEqual(["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3"].map(isTaken), [true, true, false]);
  assert.deepEqual(["2001:db8:0:1::1", "2001:db8:0:2::1"].map(isTaken), [true, true]);
  assert.deepEqual(["192.0.2.1", "::ffff:192.0.2.1", "::ffff:c000:201", "192.0.2.2"].map(isTaken), [
    true,
    true,
    false,
    true,
  ]);
  for (let i = 4; i < 6; i++) isTaken(`2001:db8::${i}`);
  assert.ok(limiter.banLeft("2001:db8::77") > 0);
  assert.equal(limiter.banLeft("2001:db8:0:1::1"), 0);
});
