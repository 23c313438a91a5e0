import { kceDigest, kceRecord, krat12 } from "@polis/codec";
import { type AccountId, isSystemAccount, systemAccounts } from "../../identifiers.ts";
import { kceKrat } from "../../kce.ts";
import { type CallKind, defineCall } from "../../runtime/call.ts";
import { defineEvent, type EventKind } from "../../runtime/event.ts";
import { accounts, creditByTransaction, debit } from "./account.ts";

/** Parameters of a transfer. */
export interface TransferParams {
  readonly to: AccountId;
  readonly amount: ReturnType<typeof krat12>;
}

/** The fee of a transfer, and of every call of class X (kratos-core 2.3): 0.000001 KRAT. */
export const TRANSFER_FEE = krat12(1_000_000n);

/** Event 0. */
export const Transferred: EventKind<TransferParams & { readonly from: AccountId }> = defineEvent(
  0,
  "Transferred",
  kceRecord({ from: kceDigest, to: kceDigest, amount: kceKrat }),
);

/** Call 0: moves free balance (kratos-core 2.3, 2.5). */
export const Transfer: CallKind<TransferParams> = defineCall(
  0,
  "Transfer",
  kceRecord({ to: kceDigest, amount: kceKrat }),
  {
    class: "S",
    baseFee: TRANSFER_FEE,
    moves: ({ amount }) => amount,
    apply({ state, sender, emit }, { to, amount }) {
      if (amount === 0n) return "InvalidAmount";
      if (isSystemAccount(to) && to !== systemAccounts.treasury) return "InvalidRecipient";
      if (state.get(accounts.of(sender)).free < amount) return "InsufficientBalance";
      debit(state, sender, amount);
      const failed = creditByTransaction(state, to, amount);
      if (failed === undefined) emit(Transferred.of({ from: sender, to, amount }));
      return failed;
    },
  },
);
