import type { FeeParams } from "../params.ts";
import { smaller } from "../smaller.ts";

/**
 * The base fee of the next block from its parent's header alone (kairos F2):
 * delta = floor(b * |S - target| / (target * changeDivisor)), up when S is above the target, down otherwise, clamped.
 * @param baseFee b, of the parent, in 10^-18 USDC per gas
 * @param smoothedGas S, of the parent (F1)
 * @example nextBaseFee(floor, 30_000_000n, fees) // floor, because the parent is at the target
 */
export function nextBaseFee(baseFee: bigint, smoothedGas: bigint, fees: FeeParams): bigint {
  const { targetGas, changeDivisor, floor, cap } = fees;
  const above = smoothedGas > targetGas;
  const distance = above ? smoothedGas - targetGas : targetGas - smoothedGas;
  const delta = (baseFee * distance) / (targetGas * changeDivisor);
  const next = above ? baseFee + delta : baseFee - delta;
  if (next < floor) return floor;
  return smaller(next, cap);
}
