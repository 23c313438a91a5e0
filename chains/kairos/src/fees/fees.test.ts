import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { FeeParams } from "../params.ts";
import { nextBaseFee } from "./nextBaseFee.ts";
import { paymentFee } from "./paymentFee.ts";
import { smoothGas } from "./smoothGas.ts";

const fees: FeeParams = {
  targetGas: 30_000_000n,
  floor: 47_619_047_620n,
  cap: 476_190_476_190n,
  initial: 47_619_047_620n,
  smoothing: 8n,
  changeDivisor: 16n,
};

test("F1 smooths with an eighth of the block's gas, rounded down", () => {
  assert.equal(smoothGas(30_000_000n, 30_000_000n, fees), 30_000_000n);
  assert.equal(smoothGas(30_000_000n, 0n, fees), 26_250_000n);
  assert.equal(smoothGas(30_000_000n, 60_000_000n, fees), 33_750_000n);
  assert.equal(smoothGas(1n, 0n, fees), 0n);
  assert.equal(smoothGas(7n, 7n, fees), 7n);
});

test("F2 keeps the fee at the target, moves it by at most a sixteenth, and clamps it", () => {
  assert.equal(nextBaseFee(100_000_000_000n, 30_000_000n, fees), 100_000_000_000n);
  assert.equal(nextBaseFee(100_000_000_000n, 60_000_000n, fees), 106_250_000_000n);
  assert.equal(nextBaseFee(100_000_000_000n, 0n, fees), 93_750_000_000n);
  // 10^11 * 1 / (3*10^7 * 16) = 208.3, rounded down.
  assert.equal(nextBaseFee(100_000_000_000n, 30_000_001n, fees), 100_000_000_208n);
  assert.equal(nextBaseFee(100_000_000_000n, 29_999_999n, fees), 99_999_999_792n);
  assert.equal(nextBaseFee(fees.floor, 0n, fees), fees.floor);
  assert.equal(nextBaseFee(fees.cap, 60_000_000n, fees), fees.cap);
});

test("F2 stays between floor and cap and never changes by more than 6.25 percent", () => {
  const baseFee = fc.bigInt(fees.floor, fees.cap);
  fc.assert(
    fc.property(baseFee, fc.bigInt(0n, 60_000_000n), (before, smoothed) => {
      const after = nextBaseFee(before, smoothed, fees);
      assert.ok(after >= fees.floor && after <= fees.cap);
      const change = after > before ? after - before : before - after;
      assert.ok(change * 16n <= before);
    }),
  );
});

test("A-USD-6: 21,000 gas cost between 0.001 and 0.01 USDC from floor to cap", () => {
  const low = paymentFee(21_000n, 10n ** 18n, 0n, fees.floor)!;
  const high = paymentFee(21_000n, 10n ** 18n, 0n, fees.cap)!;
  assert.equal(low.basePart, 1_000_000_000_020_000n);
  assert.equal(high.basePart, 9_999_999_999_990_000n);
  assert.equal(low.tipPart + high.tipPart, 0n);
});

test("T14 refuses a maxFee one unit below the base part and accepts it exactly", () => {
  const base = fees.floor * 21_000n;
  assert.equal(paymentFee(21_000n, base - 1n, 0n, fees.floor), undefined);
  assert.deepEqual(paymentFee(21_000n, base, 5n, fees.floor), {
    effectiveGasPrice: fees.floor,
    basePart: base,
    tipPart: 0n,
  });
});

test("T14 cuts the tip to maxTip and to what maxFee leaves, per gas and rounded down", () => {
  const base = fees.floor * 21_000n;
  assert.equal(paymentFee(21_000n, base + 100_000n, 42_000n, fees.floor)!.tipPart, 42_000n);
  assert.equal(paymentFee(21_000n, base + 100_000n, 62_999n, fees.floor)!.tipPart, 42_000n);
  assert.equal(paymentFee(21_000n, base + 20_999n, 10n ** 9n, fees.floor)!.tipPart, 0n);
  assert.equal(paymentFee(21_000n, base + 21_000n, 10n ** 9n, fees.floor)!.effectiveGasPrice, fees.floor + 1n);
});

test("T14 never takes more than maxFee or more tip than maxTip", () => {
  const amount = fc.bigInt(0n, 10n ** 17n);
  fc.assert(
    fc.property(fc.bigInt(21_000n, 3_000_000n), amount, amount, (gas, maxFee, maxTip) => {
      const fee = paymentFee(gas, maxFee, maxTip, fees.floor);
      if (fee === undefined) return assert.ok(gas * fees.floor > maxFee);
      assert.ok(fee.basePart + fee.tipPart <= maxFee);
      assert.ok(fee.tipPart <= maxTip);
      assert.equal(fee.basePart + fee.tipPart, gas * fee.effectiveGasPrice);
    }),
  );
});
