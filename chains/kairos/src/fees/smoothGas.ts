import type { FeeParams } from "../params.ts";

/**
 * The smoothed gas of a block (kairos F1): S_h = floor(((d-1) * S_(h-1) + gasUsed_h) / d), with S_0 = targetGas.
 * @param parentSmoothedGas S of the parent
 * @param gasUsed gas of this block
 */
export function smoothGas(parentSmoothedGas: bigint, gasUsed: bigint, fees: FeeParams): bigint {
  return ((fees.smoothing - 1n) * parentSmoothedGas + gasUsed) / fees.smoothing;
}
