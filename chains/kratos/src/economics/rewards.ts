import { type Krat12, krat12 } from "@polis/codec";
import { naturalLog, ONE_Q64 } from "@polis/slots";
import { EPOCHS_PER_YEAR, PPB, type RatePpb, SLOTS_PER_YEAR } from "./curves.ts";
import type { SecurityStateName } from "./inflation.ts";

/** What each block of an epoch emits (kratos-core 9.3). @param supply at the start of the epoch */
export function emissionPerBlock(supply: Krat12, rate: RatePpb): Krat12 {
  return krat12((supply * rate) / (PPB * SLOTS_PER_YEAR));
}

/** What an epoch may burn of its fees at most (kratos-core 9.6). */
export function burnAllowance(supply: Krat12, rate: RatePpb): Krat12 {
  return krat12((supply * rate) / (PPB * EPOCHS_PER_YEAR));
}

/** Emission of a block by receiver (kratos-core 9.4); the parts make the whole. */
export interface EmissionSplit {
  readonly validators: Krat12;
  readonly treasury: Krat12;
  readonly reserve: Krat12;
}

/** 70 / 20 / 10, and all of it for validators in BootstrapRecovery. */
export function splitEmission(emission: Krat12, state: SecurityStateName): EmissionSplit {
  if (state === "BootstrapRecovery") return { validators: emission, treasury: krat12(0n), reserve: krat12(0n) };
  const validators = krat12((emission * 70n) / 100n);
  const treasury = krat12((emission * 20n) / 100n);
  return { validators, treasury, reserve: krat12(emission - validators - treasury) };
}

/** Credits beyond these add nothing to a reward. */
const CREDIT_TARGET = 5_000;

/**
 * The producer's part of the validators' share (kratos-core 9.4): credits divide the share and never add to it; the rest goes
 * to the pool.
 */
export function producerPart(share: Krat12, credits: number): Krat12 {
  return krat12((share * bonus(credits)) / bonus(CREDIT_TARGET));
}

/** One for each number of credits that counts: every block asks for two of them. */
const bonuses = new Map<number, bigint>();

/** M(VC) = 10 + ln(1 + min(VC, 5000)), as Q64. */
function bonus(credits: number): bigint {
  const counted = Math.min(credits, CREDIT_TARGET);
  const known = bonuses.get(counted);
  if (known !== undefined) return known;
  const made = 10n * ONE_Q64 + naturalLog(BigInt(1 + counted));
  bonuses.set(counted, made);
  return made;
}

/** Fees of a block by receiver (kratos-core 9.5); the parts make the whole. */
export interface FeeSplit {
  readonly producer: Krat12;
  readonly burned: Krat12;
  readonly treasury: Krat12;
}

/** 60 / 30 / 10; what may not be burned goes to the treasury. @param allowance left of the epoch */
export function splitFees(fees: Krat12, allowance: Krat12): FeeSplit {
  const producer = krat12((fees * 60n) / 100n);
  const wanted = (fees * 30n) / 100n;
  const burned = krat12(wanted < allowance ? wanted : allowance);
  return { producer, burned, treasury: krat12(fees - producer - burned) };
}
