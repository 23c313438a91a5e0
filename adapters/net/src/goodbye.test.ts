import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { chooseDuplicate, decidesDuplicate } from "./duplicates.ts";
import { NET_FAULTS } from "./errors.ts";
import { decodeGoodbye, encodeGoodbye } from "./goodbye.ts";
import { PingMeter } from "./ping.ts";

describe("goodbye", () => {
  it("carries every reason, in a frozen layout", () => {
    for (const code of NET_FAULTS) assert.equal(decodeGoodbye(encodeGoodbye(code)), code);
    assert.equal(encodeGoodbye("PEER_BUSY").toString("hex"), "cb8089504545525f42555359");
  });

  it("takes nothing else for a goodbye", () => {
    for (const bad of [
      "",
      "cb8089504545525f425553",
      "cb8189504545525f42555359",
      "ca8089504545525f42555359",
      "cb8089504545525f4255530a",
    ]) {
      assert.equal(decodeGoodbye(Buffer.from(bad, "hex")), undefined, bad);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const reason = decodeGoodbye(bytes);
        if (reason !== undefined) assert.deepEqual(encodeGoodbye(reason), Buffer.from(bytes));
      }),
    );
  });
});

describe("ping", () => {
  it("measures the round trip of the newest ping, and refuses what is no pong", () => {
    const meter = new PingMeter();
    const first = meter.ping(1000);
    assert.equal(first.toString("hex"), "c9888000000000000001");
    const second = meter.ping(2000);
    assert.equal(meter.pong(first, 2500), true);
    assert.equal(meter.rttMs, undefined);
    assert.equal(meter.pong(second, 2007), true);
    assert.equal(meter.rttMs, 7);
    assert.equal(meter.pong(Buffer.alloc(10), 2008), false);
    assert.equal(meter.pong(Buffer.alloc(0), 2008), false);
  });
});

describe("duplicates (kairos N2)", () => {
  const dialledBy = (self: string, other: string, dialler: string) => ({ peerId: other, dialled: dialler === self });

  it("of two that crossed, both sides keep the one the smaller id dialled, in either order", () => {
    for (const [self, other] of [
      ["a", "b"],
      ["b", "a"],
    ] as const) {
      const bySmaller = dialledBy(self, other, "a");
      const byLarger = dialledBy(self, other, "b");
      assert.equal(chooseDuplicate(self, bySmaller, byLarger, true), "older");
      assert.equal(chooseDuplicate(self, byLarger, bySmaller, true), "newer");
    }
    assert.deepEqual([decidesDuplicate("a", "b"), decidesDuplicate("b", "a")], [true, false]);
  });

  it("otherwise the newest stays, so that a restarted peer comes back", () => {
    assert.equal(chooseDuplicate("a", dialledBy("a", "b", "b"), dialledBy("a", "b", "a"), false), "older");
    assert.equal(chooseDuplicate("a", dialledBy("a", "b", "b"), dialledBy("a", "b", "b"), true), "older");
  });
});
