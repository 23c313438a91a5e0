import { epoch, type Krat12, krat12 } from "@polis/codec";
import { INITIAL_SUPPLY } from "../params/chainParams.ts";
import { burnCurve, EPOCHS_PER_YEAR } from "./curves.ts";
import { adaptiveRate, BOOTSTRAP_RATE, NEUTRAL_FACTORS } from "./inflation.ts";
import { burnAllowance, emissionPerBlock } from "./rewards.ts";

/** A year of a projection. */
export interface ProjectedYear {
  /** From 1. */
  readonly year: number;
  /** At its end. */
  readonly supply: Krat12;
  readonly emitted: Krat12;
  readonly burned: Krat12;
}

/** What a projection assumes; the normative model of kratos-core 9.8 by default. */
export interface ProjectionAssumptions {
  /** Epochs at the fixed rate of Bootstrap: 1,440. */
  readonly bootstrapEpochs?: number;
  /** SG times AF in parts per million: 1,000,000, neutral. */
  readonly factorPpm?: bigint;
  /** Percent of the burn ceiling that fees reach: 100. */
  readonly burnPercent?: bigint;
}

const BLOCKS_PER_EPOCH = 600n;
const PPM = 1_000_000n;

/**
 * Supply year by year, epoch by epoch, with the functions that blocks use (kratos-core 9.8). Every slot has a block.
 * @param onYear called after each year, for progress
 */
export function projectSupply(
  years: number,
  assumptions: ProjectionAssumptions = {},
  onYear?: (year: ProjectedYear) => void,
): readonly ProjectedYear[] {
  const { bootstrapEpochs = 1_440, factorPpm = 1_000_000n, burnPercent = 100n } = assumptions;
  const result: ProjectedYear[] = [];
  let supply: bigint = INITIAL_SUPPLY;
  for (let year = 1; year <= years; year++) {
    let emitted = 0n;
    let burned = 0n;
    const end = year * Number(EPOCHS_PER_YEAR);
    for (let e = end - Number(EPOCHS_PER_YEAR); e < end; e++) {
      const factors = (NEUTRAL_FACTORS * factorPpm) / PPM;
      const rate = e < bootstrapEpochs ? BOOTSTRAP_RATE : adaptiveRate(epoch(e), krat12(supply), factors);
      const created = emissionPerBlock(krat12(supply), rate) * BLOCKS_PER_EPOCH;
      const destroyed = (burnAllowance(krat12(supply), burnCurve(epoch(e))) * burnPercent) / 100n;
      supply += created - destroyed;
      emitted += created;
      burned += destroyed;
    }
    const done = { year, supply: krat12(supply), emitted: krat12(emitted), burned: krat12(burned) };
    result.push(done);
    onYear?.(done);
  }
  return result;
}
