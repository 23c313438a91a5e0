import assert from "node:assert/strict";
import { test } from "node:test";
import { digestOf } from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import { systemAccounts } from "@polis/kratos";
import fc from "fast-check";
import { parseAddress, parseHash, shortAddress } from "./addresses.ts";
import { formatKrat, groups, parseKrat, plainKrat } from "./amounts.ts";
import { formatDuration, formatTime } from "./times.ts";

test("an amount is read exactly: 12 digits after the point, no floating point, and its text reads back", () => {
  assert.equal(parseKrat("0.1") + parseKrat("0.2"), parseKrat("0.3"));
  assert.equal(parseKrat("1.000000000001"), 1_000_000_000_001n);
  assert.equal(parseKrat(" 12 "), 12_000_000_000_000n);
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), (amount) => {
      assert.equal(parseKrat(plainKrat(amount)), amount);
    }),
  );
  const wrong = ["", ".", "1.", ".5", "-1", "+1", "01", "1e3", "1,000", "0x10", "1.0000000000001", "١", "NaN", "1 2"];
  for (const text of [...wrong, `${2n ** 128n}`, "9".repeat(28)]) {
    assert.throws(() => parseKrat(text), { code: "AMOUNT", exitCode: 2 }, text);
  }
});

test("amounts are shown whole, with thousands separators and without zeros at the end", () => {
  assert.equal(formatKrat(0n), "0 KRAT");
  assert.equal(formatKrat(1n), "0.000000000001 KRAT");
  assert.equal(formatKrat(1_234_567_500_000_000_000n), "1,234,567.5 KRAT");
  assert.equal(groups(999), "999");
  assert.equal(groups(1_000_000), "1,000,000");
});

test("an address is 64 hex characters of a key that somebody can have; the treasury may be paid, too", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (secret) => {
      const account = digestOf(ed25519.publicKey(secret));
      assert.equal(parseAddress(account), account);
      assert.equal(parseAddress(` 0x${account.toUpperCase()} `), account);
    }),
    { numRuns: 20 },
  );
  assert.equal(parseAddress(`0x${systemAccounts.treasury}`), systemAccounts.treasury);
  for (const text of ["", "0x", "00", `0x${"0".repeat(63)}`, `0x${"g".repeat(64)}`, `0x${"00".repeat(33)}`]) {
    assert.throws(() => parseAddress(text), { code: "ADDRESS", exitCode: 2 }, text);
  }
  // y = 2 has no x on the curve, and y = p is no field element.
  for (const text of [`02${"00".repeat(31)}`, `ed${"ff".repeat(30)}7f`]) {
    assert.throws(() => parseAddress(text), /nobody can have the key/, text);
  }
  assert.equal(parseHash(`0x${"AB".repeat(32)}`), "ab".repeat(32));
  assert.throws(() => parseHash("12"), { code: "HASH" });
});

test("about half of all typing mistakes in an address are found", () => {
  const account = digestOf(ed25519.publicKey(new Uint8Array(32).fill(5)));
  let found = 0;
  for (let i = 0; i < 64; i++) {
    const digit = account[i] === "0" ? "1" : "0";
    try {
      parseAddress(account.slice(0, i) + digit + account.slice(i + 1));
    } catch {
      found++;
    }
  }
  assert.ok(found >= 20 && found <= 44, String(found));
});

test("addresses are short, and times are as people say them when they are recent (kratos-core 14.4)", () => {
  assert.equal(shortAddress(`12345678${"0".repeat(48)}abcdef01`), "0x12345678...abcdef01");
  const now = 1_700_000_000;
  assert.equal(formatTime(now - 5, now), "just now");
  assert.equal(formatTime(now - 125, now), "2 min ago");
  assert.equal(formatTime(now - 7_300, now), "2 h ago");
  assert.equal(formatTime(now - 3 * 86_400, now), "3 days ago");
  assert.equal(formatTime(now - 8 * 86_400, now), "2023-11-06 22:13 UTC");
  assert.equal(formatTime(now + 3_600, now), "2023-11-14 23:13 UTC");
  assert.equal(formatTime(Number.MAX_SAFE_INTEGER, now), `second ${Number.MAX_SAFE_INTEGER}`);
  assert.equal(formatDuration(0.2), "1 s");
});
