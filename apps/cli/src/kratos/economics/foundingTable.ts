import { epoch } from "@polis/codec";
import {
  burnCurve,
  EPOCHS_PER_YEAR,
  emissionBase,
  emissionPerBlock,
  INITIAL_SUPPLY,
  KRAT,
  type ProjectedYear,
  type RatePpb,
} from "@polis/kratos";

/** A row of the founding documents' projection (kratos-core 9.8). */
export interface FoundingRow {
  readonly year: number;
  /** Millions of KRAT. */
  readonly published: number;
  /** Why the recomputed value differs; empty where it does not. */
  readonly remark: string;
}

/** The founding table, with what recomputing it showed. It is informative: the recomputed values count. */
export const foundingTable: readonly FoundingRow[] = [
  { year: 0, published: 1_000, remark: "" },
  { year: 1, published: 1_048, remark: "reached only without any burn, which the founding figures have: 13 M" },
  {
    year: 5,
    published: 1_082,
    remark: "reached only with yearly steps and mid-year rates, which end at 809 M in year 20",
  },
  { year: 10, published: 1_025, remark: "1,026.9 with the same yearly steps" },
  { year: 20, published: 824, remark: "" },
];

/** Another figure of the founding documents. */
export interface FoundingFigure {
  readonly what: string;
  readonly published: string;
  readonly recomputed: string;
  /** What it takes to meet the published figure, or that nothing does. */
  readonly remark: string;
}

/** The figures that the projected years reach, recomputed with the functions of the runtime (kratos-core 9.8). */
export function foundingFigures(years: readonly ProjectedYear[]): readonly FoundingFigure[] {
  const reward = emissionPerBlock(INITIAL_SUPPLY, 65_000_000n);
  const peak = years.reduce<ProjectedYear | undefined>(
    (best, year) => (best === undefined || year.supply > best.supply ? year : best),
    undefined,
  );
  const rows: readonly (readonly [number, string, string, () => string, string])[] = [
    [1, "reward of a block in Bootstrap", "12.37 KRAT", () => `${Number(reward) / Number(KRAT)} KRAT`, ""],
    [1, "burned in year 1", "1.3 %", () => percent(averageBurn(1)), "as the average of the year"],
    [5, "burned in year 5", "2.8 %", () => percent(burnAt(5)), "as the rate at its end"],
    [6, "peak of the supply", "year 5", () => `year ${peak?.year}`, ""],
    [6, "burn overtakes emission", "year 5", () => `year ${crossing().toFixed(2)}`, ""],
    [10, "burned in year 10", "3.4 %", () => percent(burnAt(10)), "does not reproduce: 3.4 % is year 12.9"],
    [10, "net change in year 10", "-1.8 %", () => percent(netChange(years, 10)), "does not reproduce"],
    [20, "burned in year 20", "3.5 %", () => percent(burnAt(20)), "after rounding"],
    [20, "net change in year 20", "-2.6 %", () => percent(netChange(years, 20)), ""],
  ];
  return rows
    .filter(([year]) => year <= years.length)
    .map(([, what, published, recomputed, remark]) => ({ what, published, recomputed: recomputed(), remark }));
}

const perYear = Number(EPOCHS_PER_YEAR);

function burnAt(year: number): number {
  return rateOf(burnCurve(epoch(year * perYear)));
}

/** Mean of the burn curve over a year. */
function averageBurn(year: number): number {
  const rates = Array.from({ length: perYear }, (_, i) => rateOf(burnCurve(epoch((year - 1) * perYear + i))));
  return rates.reduce((sum, rate) => sum + rate, 0) / perYear;
}

/** Years until the burn curve is above the emission base. */
function crossing(): number {
  let at = 0;
  while (emissionBase(epoch(at)) > burnCurve(epoch(at))) at++;
  return at / perYear;
}

function netChange(years: readonly ProjectedYear[], year: number): number {
  const [before, after] = [years[year - 2]?.supply ?? INITIAL_SUPPLY, years[year - 1]!.supply];
  return Number((after * 10_000_000n) / before) / 10_000_000 - 1;
}

function rateOf(rate: RatePpb): number {
  return Number(rate) / 1e9;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)} %`;
}
