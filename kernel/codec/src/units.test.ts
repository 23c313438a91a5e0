import assert from "node:assert/strict";
import { test } from "node:test";
import { Reader } from "./bytes/reader.ts";
import { address, digest, epoch, height, millis, usdc6, usdc18, validatorIndex, view } from "./units.ts";

test("counters are integers in 0..2^53-1 (kairos R32)", () => {
  for (const make of [view, height, epoch, millis, validatorIndex]) {
    for (const good of [0, 1, 2 ** 53 - 1]) assert.equal(make(good), good);
    for (const bad of [-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])
      assert.throws(() => make(bad), RangeError);
  }
});

test("digests and addresses are lower-case hex of their length", () => {
  for (const [make, length] of [
    [digest, 64],
    [address, 40],
  ] as const) {
    assert.equal(make("a9".repeat(length / 2)), "a9".repeat(length / 2));
    for (const bad of [
      "",
      "a".repeat(length - 1),
      "A".repeat(length),
      "g".repeat(length),
      `0x${"a".repeat(length - 2)}`,
    ]) {
      assert.throws(() => make(bad), RangeError);
    }
  }
});

test("amounts are not negative", () => {
  for (const make of [usdc18, usdc6]) {
    assert.equal(make(0n), 0n);
    assert.throws(() => make(-1n), RangeError);
  }
});

test("the rest of an input is everything not read yet, and nothing after a fault", () => {
  const reader = new Reader(Uint8Array.of(1, 2, 3));
  reader.u8();
  assert.deepEqual(reader.rest(), Uint8Array.of(2, 3));
  assert.equal(reader.finish(1).ok, true);
  assert.equal(reader.u8(), 0);
  assert.equal(reader.fault?.code, "BYTES_TRUNCATED");
  assert.equal(reader.rest().length, 0);
});
