import assert from "node:assert/strict";
import { test } from "node:test";
import { KRAT } from "../params/chainParams.ts";
import { projectSupply } from "./projectSupply.ts";

/** Millions of KRAT, one digit behind the point. */
const millions = (amount: bigint): number => Number((amount + KRAT * 50_000n) / (KRAT * 100_000n)) / 10;

test("the normative model of kratos-core 9.8 over twenty years, within 0.1 percent", () => {
  const years = projectSupply(20);
  const table: readonly (readonly [year: number, supply: number, emitted: number, burned: number])[] = [
    [1, 1_037.4, 50.5, 13.2],
    [2, 1_062.4, 43.7, 18.7],
    [3, 1_078.7, 39.5, 23.1],
    [5, 1_090.0, 31.7, 29.3],
    [8, 1_068.8, 22.5, 33.5],
    [10, 1_038.5, 17.9, 34.2],
    [20, 823.8, 6.7, 29.1],
  ];
  for (const [year, supply, emitted, burned] of table) {
    const found = years[year - 1]!;
    assert.ok(Math.abs(millions(found.supply) - supply) <= supply / 1_000, `year ${year}: ${millions(found.supply)}`);
    assert.deepEqual([millions(found.emitted), millions(found.burned)], [emitted, burned], `year ${year}`);
  }
  const peak = years.reduce((best, year) => (year.supply > best.supply ? year : best));
  assert.equal(peak.year, 5);
});

test("the sensitivities of kratos-core 9.8", () => {
  const of = (assumptions: Parameters<typeof projectSupply>[1]) => {
    const years = projectSupply(20, assumptions);
    return [1, 5, 10, 20].map((year) => millions(years[year - 1]!.supply));
  };
  assert.deepEqual(of({ burnPercent: 0n }), [1_050.8, 1_209.1, 1_344.5, 1_502.1]);
  assert.deepEqual(of({ factorPpm: 1_800_000n }), [1_070.1, 1_258.0, 1_304.8, 1_131.0]);
  assert.deepEqual(of({ factorPpm: 150_000n }), [1_003.6, 936.8, 822.9, 614.2]);
});
