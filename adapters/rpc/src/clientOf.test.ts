import assert from "node:assert/strict";
import { test } from "node:test";
import { clientOf } from "./clientOf.ts";
import { createRateLimiter } from "./rateLimiter.ts";

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
