import { paymentType } from "../payment/types.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";

/** The part of a block's gas that only payments and plain transfers may use (M4, `mempool.payment_lane_percent`). */
export interface PaymentLane {
  /** Whether a transaction of this gas limit may still go in, judged by the lane alone. */
  admits(verified: VerifiedTransaction, gas: bigint): boolean;
  /** Counts what an included transaction used. */
  took(verified: VerifiedTransaction, gasUsed: bigint): void;
}

/** Gas of an Ethereum transaction that can do nothing but move money. */
const transferGas = 21_000n;

/**
 * Reserves a share of a block's gas. A payment is type 0x4b, a plain transfer an Ethereum transaction that has neither
 * data nor gas for code. Everything else shares the rest of the gas.
 * @param percent 0..100; at 0 the lane admits everything
 * @example createPaymentLane(30_000_000n, 25) // contracts may use 22,500,000 gas
 */
export function createPaymentLane(gasLimit: bigint, percent: number): PaymentLane {
  const shared = (gasLimit * BigInt(100 - percent)) / 100n;
  let used = 0n;
  return {
    admits: (verified, gas) => percent === 0 || isPayment(verified) || used + gas <= shared,
    took: (verified, gasUsed) => {
      if (percent > 0 && !isPayment(verified)) used += gasUsed;
    },
  };
}

function isPayment({ transaction }: VerifiedTransaction): boolean {
  if (transaction.type === paymentType) return true;
  return transaction.to !== undefined && transaction.gas === transferGas && transaction.data.length === 0;
}
