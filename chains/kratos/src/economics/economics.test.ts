import assert from "node:assert/strict";
import { test } from "node:test";
import { epoch, krat12 } from "@polis/codec";
import fc from "fast-check";
import { INITIAL_SUPPLY, KRAT } from "../params/chainParams.ts";
import { burnCurve, emissionBase } from "./curves.ts";
import { activity, inflationRate, type SecurityStateName, securityGap } from "./inflation.ts";
import { projectSupply } from "./projectSupply.ts";
import { emissionPerBlock, producerPart, splitEmission, splitFees } from "./rewards.ts";

test("the curves of kratos-core 9.1", () => {
  const epochs = [0, 1_440, 8_760, 43_800, 87_600, 175_200, 350_400].map(epoch);
  assert.deepEqual(epochs.map(emissionBase), [
    50_000_000n,
    48_986_118n,
    44_174_775n,
    27_500_000n,
    16_250_000n,
    7_812_500n,
    5_175_781n,
  ]);
  assert.deepEqual(epochs.map(burnCurve), [
    10_000_000n,
    11_006_572n,
    15_529_980n,
    27_837_380n,
    32_947_875n,
    34_831_551n,
    34_998_865n,
  ]);
});

test("the emission base falls and the burn curve rises, for ever", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5_000_000 }), fc.integer({ min: 1, max: 10_000 }), (e, more) => {
      const [now, later] = [epoch(e), epoch(e + more)];
      assert.ok(emissionBase(later) <= emissionBase(now) && emissionBase(later) >= 5_000_000n);
      assert.ok(burnCurve(later) >= burnCurve(now) && burnCurve(later) < 35_000_000n);
    }),
    { numRuns: 50 },
  );
});

test("the factors of kratos-core 9.2", () => {
  const staked = (percent: bigint) => securityGap(INITIAL_SUPPLY, krat12((INITIAL_SUPPLY * percent) / 100n));
  assert.deepEqual([0n, 10n, 30n, 50n, 100n].map(staked), [1_500_000n, 1_500_000n, 1_000_000n, 600_000n, 300_000n]);
  assert.deepEqual([1_000, 5_000, 10_000, 40_000].map(activity), [500_000n, 707_106n, 1_000_000n, 1_200_000n]);
});

test("inflation stays between 0.5 and 10 percent in every state, and is 6.5 in Bootstrap (I20)", () => {
  const states: SecurityStateName[] = [
    "Bootstrap",
    "Normal",
    "Degraded",
    "Restricted",
    "Emergency",
    "BootstrapRecovery",
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...states),
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.bigInt({ min: 10n ** 6n * KRAT, max: 2n * INITIAL_SUPPLY }),
      fc.bigInt({ min: 0n, max: INITIAL_SUPPLY }),
      fc.nat(100_000),
      (state, e, supply, staked, activeUsers) => {
        const rate = inflationRate({
          epoch: epoch(e),
          state,
          supply: krat12(supply),
          staked: krat12(staked),
          activeUsers,
        });
        assert.ok(rate >= 5_000_000n && rate <= 100_000_000n);
        if (state === "Bootstrap" || state === "BootstrapRecovery") assert.equal(rate, 65_000_000n);
      },
    ),
  );
});

test("the reward of a bootstrap block, and what its producer gets of it (kratos-core 9.3, 9.4)", () => {
  const emission = emissionPerBlock(INITIAL_SUPPLY, 65_000_000n);
  assert.equal(emission, 12_366_818_873_668n);
  const { validators } = splitEmission(emission, "Bootstrap");
  assert.equal(validators, 8_656_773_211_567n);
  assert.deepEqual(
    [0, 1, 100, 1_000, 5_000, 9_999].map((credits) => producerPart(validators, credits)),
    [
      4_674_941_624_574n,
      4_998_983_885_209n,
      6_832_483_525_234n,
      7_904_744_153_753n,
      8_656_773_211_567n,
      8_656_773_211_567n,
    ],
  );
});

test("no split creates or loses a unit (I18, I19, I21)", () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 20n }).map(krat12);
  fc.assert(
    fc.property(amount, amount, fc.boolean(), (whole, allowance, recovery) => {
      const { validators, treasury, reserve } = splitEmission(whole, recovery ? "BootstrapRecovery" : "Normal");
      assert.equal(validators + treasury + reserve, whole);
      if (recovery) assert.equal(validators, whole);
      const fees = splitFees(whole, allowance);
      assert.equal(fees.producer + fees.burned + fees.treasury, whole);
      assert.ok(fees.burned <= allowance && fees.burned <= (whole * 30n) / 100n);
    }),
  );
});

test("the first two years of the projection are those of kratos-core 9.8", () => {
  const [first, second] = projectSupply(2);
  const millions = (amount: bigint) => Number((amount + KRAT * 50_000n) / (KRAT * 100_000n)) / 10;
  assert.deepEqual(
    [first, second].map((year) => millions(year!.supply)),
    [1_037.4, 1_062.4],
  );
  assert.deepEqual([millions(first!.emitted), millions(first!.burned)], [50.5, 13.2]);
});
