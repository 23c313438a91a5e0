import assert from "node:assert/strict";
import { test } from "node:test";
import { usdc6, usdc18 } from "@polis/codec";
import fc from "fast-check";
import { formatNative, formatUsdc, parseNative, parseUsdc, toNative, toUsdc6 } from "./amounts.ts";

test("amounts are read exactly or not at all", () => {
  assert.equal(parseUsdc("1.25"), 1_250_000n);
  assert.equal(parseUsdc("0.000001"), 1n);
  assert.equal(parseUsdc("007"), 7_000_000n);
  assert.equal(parseNative("0.000000000000000001"), 1n);
  for (const text of ["", "1.", ".5", "1,25", "-1", "+1", "1e3", " 1", "1.2.3", "0x10", "1.0000001", "∞"]) {
    assert.throws(() => parseUsdc(text), { code: "AMOUNT" }, text);
  }
  assert.throws(() => parseUsdc((1n << 128n).toString()), { code: "AMOUNT" });
  assert.throws(() => parseNative("1.0000000000000000001"), { code: "AMOUNT" });
});

test("what is written is read back, in both units", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (amount) => {
      assert.equal(parseUsdc(formatUsdc(amount)), amount);
      assert.equal(parseNative(formatNative(amount)), amount);
      assert.equal(toUsdc6(toNative(usdc6(amount))), amount);
      assert.ok(toNative(toUsdc6(usdc18(amount))) <= amount);
    }),
  );
  assert.equal(formatUsdc(-1_500_000n), "-1.5");
  assert.equal(formatNative(0n), "0");
});
