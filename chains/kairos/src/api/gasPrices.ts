import { paymentFee } from "../fees/paymentFee.ts";
import { paymentType } from "../payment/types.ts";
import { smaller } from "../smaller.ts";
import type { DecodedTransaction } from "../transaction/types.ts";

/** Highest price per gas that a transaction pays (kairos T7, T14). */
export function feeCapOf(transaction: DecodedTransaction): bigint {
  return transaction.type === paymentType ? transaction.maxFee / transaction.gas : transaction.maxFeePerGas;
}

/** Highest tip per gas that a transaction pays. */
export function tipCapOf(transaction: DecodedTransaction): bigint {
  return transaction.type === paymentType ? transaction.maxTip / transaction.gas : transaction.maxPriorityFeePerGas;
}

/**
 * The price per gas that a transaction of an executed block pays (kairos T14, EIP-1559): base fee and tip.
 * @param baseFee of its block, 10^-18 USDC per gas
 */
export function effectiveGasPrice(transaction: DecodedTransaction, baseFee: bigint): bigint {
  if (transaction.type !== paymentType) {
    return smaller(transaction.maxFeePerGas, baseFee + transaction.maxPriorityFeePerGas);
  }
  const fee = paymentFee(transaction.gas, transaction.maxFee, transaction.maxTip, baseFee);
  if (fee === undefined) throw new Error("a transaction of an executed block does not pay its base fee");
  return fee.effectiveGasPrice;
}
