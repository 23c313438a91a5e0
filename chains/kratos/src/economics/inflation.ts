import type { Epoch, Krat12 } from "@polis/codec";
import { integerSqrt } from "@polis/slots";
import { KRAT } from "../params/chainParams.ts";
import { emissionBase, PPB, type RatePpb } from "./curves.ts";

/** Network security states (kratos-core 10.1). */
export type SecurityStateName = "Bootstrap" | "Normal" | "Degraded" | "Restricted" | "Emergency" | "BootstrapRecovery";

/** What the rate of an epoch follows from. */
export interface InflationInput {
  readonly epoch: Epoch;
  readonly state: SecurityStateName;
  /** Total supply at the start of the epoch. */
  readonly supply: Krat12;
  /** Bonded balances of validators. */
  readonly staked: Krat12;
  /** Distinct senders over the trailing 720 epochs. */
  readonly activeUsers: number;
  /** Governed limits of the adaptive rate, inside 0.5 % to 10 %. */
  readonly floor?: RatePpb;
  readonly cap?: RatePpb;
}

/** The fixed rate of Bootstrap and BootstrapRecovery: 6.5 % (kratos-core 9.2). */
export const BOOTSTRAP_RATE: RatePpb = 65_000_000n;
/** Neutral factors: SG and AF are parts per million each. */
export const NEUTRAL_FACTORS: bigint = 10n ** 12n;
const LOWEST: RatePpb = 5_000_000n;
const HIGHEST: RatePpb = 100_000_000n;
const BOOSTS: Readonly<Record<SecurityStateName, RatePpb>> = {
  Bootstrap: 0n,
  Normal: 0n,
  Degraded: 10_000_000n,
  Restricted: 20_000_000n,
  Emergency: 20_000_000n,
  BootstrapRecovery: 0n,
};

/** The inflation rate of an epoch (kratos-core 9.2). */
export function inflationRate(input: InflationInput): RatePpb {
  const { state, epoch, supply, staked, activeUsers } = input;
  if (state === "Bootstrap" || state === "BootstrapRecovery") return BOOTSTRAP_RATE;
  const factors = securityGap(supply, staked) * activity(activeUsers);
  const adaptive = clamp(adaptiveRate(epoch, supply, factors), input.floor ?? LOWEST, input.cap ?? HIGHEST);
  return clamp(adaptive + BOOSTS[state], LOWEST, HIGHEST);
}

/** The adaptive rate between its fixed limits (kratos-core 9.2). @param factors SG times AF, `NEUTRAL_FACTORS` for 1 */
export function adaptiveRate(epoch: Epoch, supply: Krat12, factors: bigint): RatePpb {
  // Target validators times what one costs a year: a lower bound of the base.
  const costs = (PPB * 1_000_000n * KRAT) / supply;
  const curve = emissionBase(epoch);
  return clamp(((curve > costs ? curve : costs) * factors) / NEUTRAL_FACTORS, LOWEST, HIGHEST);
}

/** SG in parts per million: the target is 30 % of supply staked. */
export function securityGap(supply: Krat12, staked: Krat12): bigint {
  return staked === 0n ? 1_500_000n : clamp((300_000n * supply) / staked, 300_000n, 1_500_000n);
}

/** AF in parts per million: the target is 10,000 active users. */
export function activity(activeUsers: number): bigint {
  return clamp(integerSqrt(BigInt(activeUsers) * 10n ** 8n), 500_000n, 1_200_000n);
}

function clamp(value: bigint, low: bigint, high: bigint): bigint {
  if (value < low) return low;
  return value > high ? high : value;
}
