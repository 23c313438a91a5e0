import type { Address } from "@polis/codec";
import type { PoolTransaction } from "@polis/mempool";
import type { VerifiedTransaction } from "../transaction/types.ts";
import type { PaymentTransaction } from "./types.ts";

/** What the pool needs to know of a payment (kairos T14: feeCap and tipCap per gas; T15: most it can cost). */
export function poolPayment(verified: VerifiedTransaction<PaymentTransaction>): PoolTransaction {
  const { transaction, sender } = verified;
  const { gas, maxFee, maxTip, feePayer, value } = transaction;
  return {
    hash: transaction.hash,
    envelope: transaction.envelope,
    sender,
    nonce: transaction.nonce,
    gas,
    feeCap: maxFee / gas,
    tipCap: maxTip / gas,
    senderCost: feePayer === undefined ? value + maxFee : value,
    feePayer,
    feePayerCost: feePayer === undefined ? 0n : maxFee,
    validAfterS: transaction.validAfterS,
    validBeforeS: transaction.validBeforeS,
    decoded: verified,
  };
}

/** Claimed sender, fee payer and recipients: none may be blacklisted when the pool admits the payment (kairos U12). */
export function paymentParties(transaction: PaymentTransaction): readonly Address[] {
  const parties = transaction.payments.map(({ to }) => to);
  if (transaction.claimedSender !== undefined) parties.push(transaction.claimedSender);
  if (transaction.feePayer !== undefined) parties.push(transaction.feePayer);
  return parties;
}
