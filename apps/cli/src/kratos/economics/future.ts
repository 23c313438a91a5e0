import { epoch, krat12 } from "@polis/codec";
import {
  burnAllowance,
  burnCurve,
  COLLAPSE_DETECTION_EPOCHS,
  EPOCHS_PER_YEAR,
  emissionPerBlock,
  INITIAL_SUPPLY,
  inflationRate,
  KRAT,
  NORMAL_RECOVERY_EPOCHS,
  nextState,
  POST_BOOTSTRAP_MIN_VALIDATORS,
  SAFE_VALIDATORS,
  type SecurityRecord,
  type SecurityStateName,
  SLOTS_PER_YEAR,
} from "@polis/kratos";

/** What differs from future to future. */
export interface Future {
  /** Validators in the end, 101 at most. */
  readonly validators: number;
  /** What each of them stakes in the end, in KRAT. */
  readonly stakeKrat: number;
  /** Active users in the end. */
  readonly users: number;
  /** Years until half of the growth has happened. */
  readonly halfYears: number;
  /** Share of slots with a block, in ppm. */
  readonly participationPpm: number;
  /** Share of the burn ceiling that fees reach in the end, in ppm. */
  readonly burnPpm: number;
}

const STEPS_PER_YEAR = 12;
const BOOTSTRAP_EPOCHS = 1_440;
const PPM = 1_000_000n;
const FOUNDERS = 4;
const genesis: SecurityRecord = {
  ...{ state: "Bootstrap", enteredAt: epoch(0), epochsInState: 0, currentValidators: FOUNDERS, validatorsNeeded: 0 },
  ...{ consecutiveEpochsAboveSafe: 0, epochsBelowMin: 0, epochsWithoutFinality: 0, emergencyStateRoot: undefined },
  ...{ bootstrapStartedAt: epoch(0), bootstrapCompletedAt: undefined, history: [] },
};

/**
 * Projects one future month by month with the runtime's own security states, rates and limits (kratos-core 9, 10.3).
 * @returns supplies at the end of each year, in base units
 */
export function projectFuture(years: number, future: Future): readonly bigint[] {
  const result: bigint[] = [];
  let supply: bigint = INITIAL_SUPPLY;
  let state: SecurityStateName = "Bootstrap";
  for (let month = 0; month < years * STEPS_PER_YEAR; month++) {
    // Growth that saturates: half of the way after `halfYears`.
    const grown = 1 - 0.5 ** (month / STEPS_PER_YEAR / future.halfYears);
    const at = epoch(Math.floor((month * Number(EPOCHS_PER_YEAR)) / STEPS_PER_YEAR));
    const validators = FOUNDERS + Math.floor((future.validators - FOUNDERS) * grown);
    state = stateAfterMonth(state, { epoch: at, validators, participationPpm: future.participationPpm });
    const stakes = BigInt(validators) * BigInt(Math.floor(future.stakeKrat * grown)) * KRAT;
    const staked = krat12(stakes < supply ? stakes : supply);
    const activeUsers = Math.floor(future.users * grown);
    const rate = inflationRate({ epoch: at, state, supply: krat12(supply), staked, activeUsers });
    const blocks = (SLOTS_PER_YEAR * BigInt(future.participationPpm)) / PPM / BigInt(STEPS_PER_YEAR);
    const epochs = EPOCHS_PER_YEAR / BigInt(STEPS_PER_YEAR);
    const share = BigInt(Math.floor(future.burnPpm * grown));
    const burned = (burnAllowance(krat12(supply), burnCurve(at)) * epochs * share) / PPM;
    supply += emissionPerBlock(krat12(supply), rate) * blocks - burned;
    if ((month + 1) % STEPS_PER_YEAR === 0) result.push(supply);
  }
  return result;
}

interface MonthEnd {
  readonly epoch: ReturnType<typeof epoch>;
  readonly validators: number;
  readonly participationPpm: number;
}

/** The state after a month of the same conditions: longer than every counter of 10.3, which is therefore full. */
function stateAfterMonth(before: SecurityStateName, { epoch: at, validators, participationPpm }: MonthEnd) {
  const seen = { epoch: at, validators, participationBps: Math.floor(participationPpm / 100) };
  const evaluation = { ...seen, bootstrapMinEpochs: BOOTSTRAP_EPOCHS };
  const counters = {
    consecutiveEpochsAboveSafe: validators >= SAFE_VALIDATORS ? NORMAL_RECOVERY_EPOCHS - 1 : 0,
    epochsBelowMin: validators < POST_BOOTSTRAP_MIN_VALIDATORS ? COLLAPSE_DETECTION_EPOCHS - 1 : 0,
  };
  const step = (state: SecurityStateName) => nextState({ ...genesis, state, ...counters }, evaluation).to;
  // Out of Restricted, Normal is two steps away.
  return step(step(before));
}
