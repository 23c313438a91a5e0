import { type Address, ok, type Result } from "@polis/codec";
import { refuse, type TransactionFault } from "../errors.ts";
import { type PaymentFee, paymentFee } from "../fees/paymentFee.ts";
import { type Log, paymentMemoLog, transferLog } from "../receipt/log.ts";
import { checkSender } from "../transaction/checkSender.ts";
import type { BlockContext, Outcome } from "../transaction/execution.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import { nativePerUnit } from "../usdc/money.ts";
import type { PaymentTransaction } from "./types.ts";

/**
 * Executes a payment without the EVM (kairos T14-T16). Validity is checked first, so a fault leaves the state as it
 * was; behind it the nonce rises and the fee is taken whatever happens to the batch.
 */
export function executePayment(
  context: BlockContext,
  verified: VerifiedTransaction<PaymentTransaction>,
): Result<Outcome, TransactionFault> {
  const { transaction, sender } = verified;
  const fee = checkPayment(context, transaction, sender);
  if (!fee.ok) return fee;
  const { basePart, tipPart } = fee.value;
  const { money, touched } = context;
  const total = basePart + tipPart;
  const failed = isBlocked(context, transaction);
  const value = failed ? 0n : transaction.value;
  const { feePayer, gas } = transaction;
  money.spend(sender, transaction.nonce + 1n, feePayer === undefined ? value + total : value);
  touched.add(sender);
  if (feePayer !== undefined) {
    money.spend(feePayer, money.account(feePayer)?.nonce ?? 0n, total);
    touched.add(feePayer);
  }
  if (failed) return ok({ status: 0, gasUsed: gas, logs: [], basePart, tipPart });
  const logs: Log[] = [];
  for (const { to, amount, memo } of transaction.payments) {
    money.credit(to, amount * nativePerUnit);
    touched.add(to);
    logs.push(transferLog(sender, to, amount));
    if (memo.length > 0) logs.push(paymentMemoLog(sender, to, memo));
  }
  return ok({ status: 1, gasUsed: gas, logs, basePart, tipPart });
}

/** T4, T5, T9 for the sender, T9 for the fee payer, T14 and T15. Returns the fee at the block's base fee. */
function checkPayment(
  context: BlockContext,
  transaction: PaymentTransaction,
  sender: Address,
): Result<PaymentFee, TransactionFault> {
  const { money, face, timestampS, baseFee } = context;
  const { validAfterS, validBeforeS, feePayer, maxFee, gas } = transaction;
  const account = checkSender(context, transaction, sender);
  if (!account.ok) return account;
  if (feePayer !== undefined && face.isBlacklisted(feePayer)) return refuse("BLACKLISTED", "fee payer");
  if (validAfterS !== 0 && timestampS <= validAfterS) return refuse("NOT_YET_VALID");
  if (validBeforeS !== 0 && timestampS >= validBeforeS) return refuse("EXPIRED");
  const fee = paymentFee(gas, maxFee, transaction.maxTip, baseFee);
  if (fee === undefined) return refuse("FEE_TOO_LOW", `maxFee ${maxFee}, gas ${gas}, base fee ${baseFee}`);
  const needed = feePayer === undefined ? transaction.value + maxFee : transaction.value;
  if (account.value < needed) return refuse("INSUFFICIENT_BALANCE", `have ${account.value} want ${needed}`);
  if (feePayer !== undefined) {
    const have = money.account(feePayer)?.balance ?? 0n;
    if (have < maxFee) return refuse("INSUFFICIENT_BALANCE", `fee payer: have ${have} want ${maxFee}`);
  }
  return ok(fee);
}

/** T16: the batch fails as a whole when transfers are paused (U13) or any recipient is blacklisted (U12). */
function isBlocked(context: BlockContext, transaction: PaymentTransaction): boolean {
  const { face } = context;
  return face.isPaused() || transaction.payments.some(({ to }) => face.isBlacklisted(to));
}
