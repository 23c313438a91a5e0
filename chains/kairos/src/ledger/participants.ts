import type { Address } from "@polis/codec";
import { paymentType } from "../payment/types.ts";
import { addressRole } from "../tables.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";

/**
 * Names the accounts under which a transaction is found in the table `address_index`, each with its role (kairos 6.2):
 * sender, recipients and fee payer. Accounts that only a Transfer log names come from the receipt.
 */
export function eachParticipant(
  { transaction, sender }: VerifiedTransaction,
  found: (account: Address, role: number) => void,
): void {
  found(sender, addressRole.sender);
  if (transaction.type !== paymentType) {
    if (transaction.to !== undefined) found(transaction.to, addressRole.recipient);
    return;
  }
  const { payments, feePayer } = transaction;
  if (payments.length === 1) found(payments[0]!.to, addressRole.recipient);
  else for (const to of new Set(payments.map((payment) => payment.to))) found(to, addressRole.recipient);
  if (feePayer !== undefined) found(feePayer, addressRole.feePayer);
}
