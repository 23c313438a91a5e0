import { mulQ, ONE_Q64, type Q64, sqrtStake } from "./fixedPoint.ts";
import { naturalLog } from "./naturalLog.ts";

/** √STAKE_CAP: more stake adds no weight (kratos-core 6.1). */
const ROOT_CAP: Q64 = 1_000n * ONE_Q64;
/** Stands for √stake of a bootstrap validator without stake. */
const BOOTSTRAP_ROOT: Q64 = 10n * ONE_Q64;
/** Credits that such a validator needs. */
const BOOTSTRAP_CREDITS = 100;

/** What the selection weight of a validator follows from. */
export interface WeightInput {
  /** Bonded, in base units of 10^-12 KRAT. */
  readonly stake: bigint;
  /** TotalVC, kratos-core 5.1. */
  readonly credits: number;
  /** A validator without stake whose bootstrap component counts: flag set, and the phase or its grace is running. */
  readonly bootstrap: boolean;
  readonly clock: ClockStatus;
}

/** The consensus layer's view of a validator's clock (kratos-core 11.1). */
export type ClockStatus = "Healthy" | "Degraded" | "Excluded" | "Recovering";

/**
 * The weight min(√stake, √cap) · ln(1 + credits) with the clock modifier (kratos-core 6.1, 6.2). Without credits it is 0.
 * @returns Q64 in √KRAT
 */
export function leaderWeight(input: WeightInput): Q64 {
  return withClock(plainWeight(input), input.clock);
}

/** The same without the clock modifier, for a snapshot in which nobody else is left (kratos-core 6.4). */
export function plainWeight({ stake, credits, bootstrap }: Omit<WeightInput, "clock">): Q64 {
  if (stake === 0n) {
    const counts = bootstrap && credits >= BOOTSTRAP_CREDITS;
    return counts ? mulQ(BOOTSTRAP_ROOT, naturalLog(BigInt(1 + credits))) : 0n;
  }
  const root = sqrtStake(stake);
  return mulQ(root < ROOT_CAP ? root : ROOT_CAP, naturalLog(BigInt(1 + credits)));
}

function withClock(weight: Q64, clock: ClockStatus): Q64 {
  if (clock === "Healthy") return weight;
  return clock === "Degraded" ? weight >> 1n : 0n;
}
