import { epoch, krat12 } from "@polis/codec";
import {
  burnAllowance,
  burnCurve,
  EPOCHS_PER_YEAR,
  emissionPerBlock,
  INITIAL_SUPPLY,
  inflationRate,
  KRAT,
  SLOTS_PER_YEAR,
} from "@polis/kratos";

/** Percentiles of the supply at the end of a year, in base units. */
export interface Band {
  readonly year: number;
  readonly p5: bigint;
  readonly p25: bigint;
  readonly p50: bigint;
  readonly p75: bigint;
  readonly p95: bigint;
}

/** What differs from future to future. */
interface Future {
  /** Share of the supply that is staked in the end, in ppm. */
  readonly stakedPpm: number;
  /** Active users in the end. */
  readonly users: number;
  /** Years until half of both is reached. */
  readonly halfYears: number;
  /** Share of slots with a block, in ppm. */
  readonly participationPpm: number;
  /** Share of the burn ceiling that fees reach in the end, in ppm. */
  readonly burnPpm: number;
}

const STEPS_PER_YEAR = 12;

/**
 * Draws futures and projects each with the runtime's own rates, month by month (kratos-core 9): how many stake, how many
 * use the chain, how many slots have blocks, how much of the burn ceiling fees reach. The same seed draws the same futures.
 * @param onRun called after each future, for progress
 */
export function projectFutures(years: number, runs: number, seed: number, onRun?: (done: number) => void): Band[] {
  const random = randomFrom(seed);
  const supplies: bigint[][] = Array.from({ length: years }, () => []);
  for (let run = 0; run < runs; run++) {
    for (const [i, supply] of project(years, drawFuture(random)).entries()) supplies[i]!.push(supply);
    onRun?.(run + 1);
  }
  return supplies.map((values, i) => bandOf(i + 1, values));
}

function drawFuture(random: () => number): Future {
  const between = (low: number, high: number) => low + Math.floor(random() * (high - low));
  return {
    stakedPpm: between(100_000, 600_000),
    users: between(500, 40_000),
    halfYears: 1 + random() * 6,
    participationPpm: between(900_000, 1_000_000),
    burnPpm: between(0, 1_000_000),
  };
}

/** Supplies at the end of each year. */
function project(years: number, future: Future): bigint[] {
  const result: bigint[] = [];
  let supply: bigint = INITIAL_SUPPLY;
  for (let month = 0; month < years * STEPS_PER_YEAR; month++) {
    const year = month / STEPS_PER_YEAR;
    // Growth that saturates: half of the way after `halfYears`.
    const grown = 1 - 0.5 ** (year / future.halfYears);
    const ppm = (end: number) => BigInt(Math.floor(end * grown));
    const at = epoch(Math.floor((month * Number(EPOCHS_PER_YEAR)) / STEPS_PER_YEAR));
    const rate = inflationRate({
      epoch: at,
      state: month < 2 ? "Bootstrap" : "Normal",
      supply: krat12(supply),
      staked: krat12((supply * ppm(future.stakedPpm)) / 1_000_000n),
      activeUsers: Math.floor(future.users * grown),
    });
    const blocks = (SLOTS_PER_YEAR * BigInt(future.participationPpm)) / 1_000_000n / BigInt(STEPS_PER_YEAR);
    const epochs = EPOCHS_PER_YEAR / BigInt(STEPS_PER_YEAR);
    const burned = (burnAllowance(krat12(supply), burnCurve(at)) * epochs * ppm(future.burnPpm)) / 1_000_000n;
    supply += emissionPerBlock(krat12(supply), rate) * blocks - burned;
    if ((month + 1) % STEPS_PER_YEAR === 0) result.push(supply);
  }
  return result;
}

function bandOf(year: number, values: readonly bigint[]): Band {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : 1));
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
