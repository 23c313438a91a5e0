import { KRAT } from "@polis/kratos";
import { type Future, projectFuture } from "./future.ts";

/** Percentiles of the supply at the end of a year, in base units. */
export interface Band {
  readonly year: number;
  readonly p5: bigint;
  readonly p25: bigint;
  readonly p50: bigint;
  readonly p75: bigint;
  readonly p95: bigint;
}

/** Futures in which some things are drawn, and the others stay as `steady` has them. */
export interface Scenario {
  readonly name: ScenarioName;
  /** What is drawn, in words. */
  readonly varies: string;
  readonly bands: readonly Band[];
}

type ScenarioName = "together" | "validators" | "participation" | "usage";

/** Near the targets of kratos-core 9.2: 30 % of the supply staked, 10,000 active users; half of the burn ceiling. */
const steady: Future = {
  ...{
    validators: 101,
    stakeKrat: 3_000_000,
    users: 10_000,
    halfYears: 0.5,
    participationPpm: 990_000,
    burnPpm: 500_000,
  },
};

type Draw = (low: number, high: number) => number;

const drawn: Readonly<Record<Exclude<ScenarioName, "together">, (draw: Draw) => Partial<Future>>> = {
  validators: (draw) => ({
    ...{ validators: draw(45, 102), stakeKrat: draw(50_000, 5_000_000), halfYears: draw(25, 300) / 100 },
  }),
  participation: (draw) => ({ participationPpm: draw(890_000, 1_000_000) }),
  usage: (draw) => ({ users: draw(500, 40_000), burnPpm: draw(0, 1_000_000) }),
};

const scenarios: readonly (readonly [ScenarioName, string, (draw: Draw) => Partial<Future>])[] = [
  [
    "together",
    "all of them at once",
    (draw) => ({ ...drawn.validators(draw), ...drawn.participation(draw), ...drawn.usage(draw) }),
  ],
  [
    "validators",
    "45 to 101 validators, 50,000 to 5,000,000 KRAT each, half of them within 3 to 36 months",
    drawn.validators,
  ],
  ["participation", "89 to 100 % of the slots with a block", drawn.participation],
  ["usage", "500 to 40,000 active users, fees that reach 0 to 100 % of the burn ceiling", drawn.usage],
];

/**
 * Draws futures and projects each of them (kratos-core 9): how validators, participation and usage move the supply, together
 * and each alone. The same seed draws the same futures.
 * @param runs futures of each scenario
 * @param onRun called after each future, for progress
 */
export function projectScenarios(
  years: number,
  runs: number,
  seed: number,
  onRun?: (done: number, of: number) => void,
): readonly Scenario[] {
  if (runs === 0) return [];
  return scenarios.map(([name, varies, drawSome], index) => {
    const random = randomFrom(seed);
    const draw: Draw = (low, high) => low + Math.floor(random() * (high - low));
    const supplies: bigint[][] = Array.from({ length: years }, () => []);
    for (let run = 0; run < runs; run++) {
      for (const [i, supply] of projectFuture(years, { ...steady, ...drawSome(draw) }).entries()) {
        supplies[i]!.push(supply);
      }
      onRun?.(index * runs + run + 1, scenarios.length * runs);
    }
    return { name, varies, bands: supplies.map((values, i) => bandOf(i + 1, values)) };
  });
}

function bandOf(year: number, values: readonly bigint[]): Band {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const at = (percent: number) => sorted[Math.min(sorted.length - 1, Math.floor((percent * sorted.length) / 100))]!;
  return { year, p5: at(5), p25: at(25), p50: at(50), p75: at(75), p95: at(95) };
}

/** Millions of KRAT with one digit. */
export function inMillions(amount: bigint): number {
  return Number((amount + KRAT * 50_000n) / (KRAT * 100_000n)) / 10;
}

/** A small generator: the futures of a seed are always the same. */
function randomFrom(seed: number): () => number {
  let state = BigInt(seed) & 0xffff_ffff_ffff_ffffn;
  return () => {
    state = (state + 0x9e37_79b9_7f4a_7c15n) & 0xffff_ffff_ffff_ffffn;
    let mixed = state;
    mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58_476d_1ce4_e5b9n) & 0xffff_ffff_ffff_ffffn;
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d0_49bb_1331_11ebn) & 0xffff_ffff_ffff_ffffn;
    return Number((mixed ^ (mixed >> 31n)) >> 11n) / 2 ** 53;
  };
}
