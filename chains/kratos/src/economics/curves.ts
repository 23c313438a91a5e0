import type { Epoch } from "@polis/codec";
import { EXPONENT_BITS, exponentialDecay, powerOfHalf } from "./exponential.ts";

/** Parts per billion per calendar year: 1 % is 10,000,000 (kratos-core 9.1). */
export type RatePpb = bigint;

/** Epochs of a calendar year, for rates and projections (kratos-core 1.2, D4). */
export const EPOCHS_PER_YEAR = 8_760n;
/** Slots of a calendar year. */
export const SLOTS_PER_YEAR = 5_256_000n;
/** Rates are parts of this. */
export const PPB = 1_000_000_000n;

/** The emission base r(e): from 5 % towards 0.5 %, half of the way every five years (kratos-core 9.1). */
export function emissionBase(epoch: Epoch): RatePpb {
  return 5_000_000n + ((45_000_000n * powerOfHalf(BigInt(epoch), 43_800n)) >> EXPONENT_BITS);
}

/** The burn curve b(e): from 1 % towards 3.5 %, which it never reaches (kratos-core 9.1). */
export function burnCurve(epoch: Epoch): RatePpb {
  const decaying = (25_000_000n * exponentialDecay(BigInt(epoch), 35_040n)) >> EXPONENT_BITS;
  // The floor of a difference: only the first value is whole.
  return 35_000_000n - decaying - (epoch === 0 ? 0n : 1n);
}
