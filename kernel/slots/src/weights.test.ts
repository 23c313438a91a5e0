import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { integerSqrt, ONE_Q64, sqrtStake } from "./fixedPoint.ts";
import { type ClockStatus, leaderWeight } from "./leaderWeight.ts";
import { lnMicro, naturalLog } from "./naturalLog.ts";

const krat = (amount: bigint) => amount * 10n ** 12n;
const weight = (stakeKrat: bigint, credits: number, bootstrap = false, clock: ClockStatus = "Healthy") =>
  leaderWeight({ stake: krat(stakeKrat), credits, bootstrap, clock });

test("logarithms of kratos-core 6.2 (I11)", () => {
  assert.equal(naturalLog(1n), 0n);
  assert.equal(naturalLog(2n), 12786308645202655659n);
  assert.equal(naturalLog(101n), 85133947043496865678n);
  assert.equal(naturalLog(1001n), 127444031282045586447n);
  assert.equal(naturalLog(5001n), 157118172008325864795n);
  assert.equal(naturalLog(4294967296n), 409161876646484981113n);
  assert.equal(lnMicro(2n), 693147n);
  assert.throws(() => naturalLog(0n), RangeError);
});

test("square roots of kratos-core 6.2 (I11)", () => {
  assert.equal(sqrtStake(krat(25_000n)), 2916686334356757942428n);
  assert.equal(sqrtStake(krat(50_000n)), 4124817371235594858790n);
  assert.equal(sqrtStake(krat(500_000n)), 13043817825332782212349n);
  assert.equal(sqrtStake(krat(1_000_000n)), 1_000n * ONE_Q64);
  assert.throws(() => integerSqrt(-1n), RangeError);
});

test("weights of kratos-core 6.2, and the clock modifier (I10, I11)", () => {
  assert.equal(weight(0n, 99, true), 0n);
  assert.equal(weight(0n, 100, true), 851339470434968656780n);
  assert.equal(weight(0n, 100), 0n);
  assert.equal(weight(50_000n, 0), 0n);
  assert.equal(weight(50_000n, 1), 2859105531196637831042n);
  assert.equal(weight(50_000n, 100), 19036529278212623698941n);
  assert.equal(weight(1_000_000n, 5_000), 157118172008325864795000n);
  assert.equal(weight(2_000_000n, 5_000), 157118172008325864795000n);
  assert.equal(weight(50_000n, 1, false, "Degraded"), 2859105531196637831042n / 2n);
  assert.equal(weight(50_000n, 1, false, "Excluded"), 0n);
  assert.equal(weight(50_000n, 1, false, "Recovering"), 0n);
});

test("an integer root is the largest whose square fits", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 1n << 300n }), (n) => {
      const root = integerSqrt(n);
      assert.ok(root * root <= n && (root + 1n) * (root + 1n) > n);
    }),
  );
});

test("logarithms keep the laws of logarithms to the last bit of rounding", () => {
  const number = fc.bigInt({ min: 1n, max: 1n << 40n });
  fc.assert(
    fc.property(number, number, (a, b) => {
      const whole = naturalLog(a * b);
      const parts = naturalLog(a) + naturalLog(b);
      assert.ok(whole - parts >= 0n && whole - parts <= 1n, `${whole} against ${parts}`);
      if (a < b) assert.ok(naturalLog(a) <= naturalLog(b));
    }),
    { numRuns: 300 },
  );
});
