import assert from "node:assert/strict";
import { test } from "node:test";
import { clientOf } from "./clientOf.ts";
import { createRateLimiter } from "./rateLimiter.ts";
import { createWindowLimiter } from "./windowLimiter.ts";

test("an address is a client, and all addresses of one IPv6 network together are one", () => {
  const cases: Readonly<Record<string, string>> = {
    ...{ "10.0.0.1": "10.0.0.1", "::ffff:10.0.0.1": "10.0.0.1", "::1": "0:0:0:0" },
    ...{ "2001:db8::1": "2001:db8:0:0", "2001:db8::5:0:0:1": "2001:db8:0:0", "2001:db8:0:1::": "2001:db8:0:1" },
    ...{ "2001:db8:1:2:3:4:5:6": "2001:db8:1:2", "fe80::1%eth0": "fe80:0:0:0" },
  };
  for (const [address, client] of Object.entries(cases)) assert.equal(clientOf(address), client, address);
  assert.equal(clientOf(undefined), "unknown");
});

test("a host with a network of its own has one client's share of the rate limit", () => {
  const limiter = createRateLimiter(1, 3, 100, () => 0);
  const waits = [1, 2, 3, 4].map((i) => limiter.take(clientOf(`2001:db8::${i}`), 1));
  assert.deepEqual(waits.slice(0, 3), [0, 0, 0]);
  assert.ok(waits[3]! > 0);
});

test("the addresses of one /64, and the two forms of an IPv4 address, are one client; neighbours are others (13.1)", () => {
  const limits = { requests: 2, windowMs: 10_000, violations: 3, banMs: 300_000, maxClients: 10 };
  const limiter = createWindowLimiter(limits, () => 0);
  const isTaken = (client: string) => limiter.take(clientOf(client), 1) === 0;
  assert.deepEqual(["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3"].map(isTaken), [true, true, false]);
  assert.deepEqual(["2001:db8:0:1::1", "2001:db8:0:2::1"].map(isTaken), [true, true]);
  assert.deepEqual(["192.0.2.1", "::ffff:192.0.2.1", "::ffff:c000:201", "192.0.2.2"].map(isTaken), [
    true,
    true,
    false,
    true,
  ]);
  for (let i = 4; i < 6; i++) isTaken(`2001:db8::${i}`);
  assert.ok(limiter.banLeft(clientOf("2001:db8::77")) > 0);
  assert.equal(limiter.banLeft(clientOf("2001:db8:0:1::1")), 0);
});
