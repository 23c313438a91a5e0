import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { billGas } from "./settle.ts";

test("a fifth of the gas comes back at most (EIP-3529)", () => {
  assert.deepEqual(billGas(100_000n, 50_000n, 4_800n, 0n), {
    gasUsed: 45_200n,
    gasSpent: 50_000n,
    gasRefunded: 4_800n,
  });
  assert.deepEqual(billGas(100_000n, 50_000n, 99_999n, 0n), {
    gasUsed: 40_000n,
    gasSpent: 50_000n,
    gasRefunded: 10_000n,
  });
});

test("the floor holds after the refund (EIP-7623)", () => {
  assert.equal(billGas(100_000n, 70_000n, 6_000n, 25_000n).gasUsed, 25_000n);
  assert.equal(billGas(100_000n, 70_000n, 1_000n, 25_000n).gasUsed, 29_000n);
  assert.equal(billGas(100_000n, 79_000n, 0n, 25_000n).gasSpent, 25_000n);
});

test("gas used stays between the floor and the limit", () => {
  const gas = fc.bigInt({ min: 0n, max: 1n << 30n });
  fc.assert(
    fc.property(gas, gas, gas, gas, (a, b, refund, c) => {
      const limit = a > b ? a : b;
      const floor = c > limit ? limit : c;
      const { gasUsed, gasSpent } = billGas(limit, a > b ? b : a, refund, floor);
      assert.ok(gasUsed >= floor && gasUsed <= gasSpent && gasSpent <= limit);
    }),
  );
});
