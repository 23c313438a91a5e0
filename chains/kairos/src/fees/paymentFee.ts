import { smaller } from "../smaller.ts";

/** What a payment costs at a base fee; all amounts in 10^-18 USDC. */
export interface PaymentFee {
  /** Base fee plus tip per gas, shown as effectiveGasPrice. */
  readonly effectiveGasPrice: bigint;
  /** To the treasury (F3). */
  readonly basePart: bigint;
  /** To the beneficiary (F3). */
  readonly tipPart: bigint;
}

/**
 * The fee of a payment (kairos T14): tipPerGas = floor(min(maxTip, maxFee - b*gas) / gas), fee = gas * (b + tipPerGas).
 * @param baseFee b, in 10^-18 USDC per gas
 * @returns undefined when b*gas is above maxFee: the payment is not valid in this block
 */
export function paymentFee(gas: bigint, maxFee: bigint, maxTip: bigint, baseFee: bigint): PaymentFee | undefined {
  const basePart = baseFee * gas;
  if (basePart > maxFee) return undefined;
  const tipPerGas = smaller(maxTip, maxFee - basePart) / gas;
  return { effectiveGasPrice: baseFee + tipPerGas, basePart, tipPart: tipPerGas * gas };
}
