import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../errors.ts";
import { parseSeed } from "./parseSeed.ts";
import { parseSeedKey } from "./parseSeedKey.ts";
import { announced } from "./sendHeartbeat.ts";

test("a host alone has the usual ports and is its own zone", () => {
  const usual = { dns: undefined, httpPort: 8_080, heartbeatPort: 30_334 };
  assert.deepEqual(parseSeed("seed.example.org"), { ...usual, host: "seed.example.org", zone: "seed.example.org" });
  assert.deepEqual(parseSeed("192.0.2.7"), { ...usual, host: "192.0.2.7", zone: undefined }, "an address has no names");
  assert.deepEqual(parseSeed("[2001:db8::1]"), { ...usual, host: "[2001:db8::1]", zone: undefined });
});

test("options change what is usual", () => {
  assert.deepEqual(parseSeed("127.0.0.1,http=1,heartbeat=2,dns=127.0.0.1:53,zone=seed.test"), {
    ...{ host: "127.0.0.1", zone: "seed.test", dns: "127.0.0.1:53", httpPort: 1, heartbeatPort: 2 },
  });
});

test("what is no seed, and what is no key, is said so", () => {
  const wrong = [
    ...[
      "",
      ",",
      "a b",
      "http://x",
      "x/y",
      "x:1",
      "-x",
      "x,http",
      "x,http=",
      "x,http=0",
      "x,http=65536",
      "x,http=1,http=2",
    ],
    ...["x,port=1", "x,dns=y", "x,dns=1.2.3.4", "x,zone=", "x,zone=a b", `${"x".repeat(254)}`],
  ];
  for (const text of wrong)
    assert.throws(
      () => parseSeed(text),
      (error) => error instanceof UserError && error.code === "SEED_INVALID",
      text,
    );
  for (const text of ["", "12", "zz".repeat(32), "0x".repeat(33)]) assert.throws(() => parseSeedKey(text), UserError);
  assert.equal(parseSeedKey(`0x${"AB".repeat(32)}`), "ab".repeat(32));
});

test("a node tells its public addresses when it has any, and at most eight", () => {
  const own = ["/ip4/127.0.0.1/tcp/1", "/ip4/10.0.0.1/tcp/1", "/dns4/x/tcp/1"];
  assert.deepEqual(announced(own), own.slice(0, 2));
  assert.deepEqual(announced([...own, "/ip4/8.8.4.4/tcp/1"]), ["/ip4/8.8.4.4/tcp/1"]);
  assert.equal(announced(Array.from({ length: 20 }, (_, i) => `/ip4/8.8.4.4/tcp/${i + 1}`)).length, 8);
});
