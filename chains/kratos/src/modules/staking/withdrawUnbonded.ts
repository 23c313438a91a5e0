import { kceRecord, krat12 } from "@polis/codec";
import { type CallKind, defineCall } from "../../runtime/call.ts";
import { defineEvent, type EventKind } from "../../runtime/event.ts";
import { accounts } from "../accounts/account.ts";
import { TRANSFER_FEE } from "../accounts/transfer.ts";
import { forgetValidator } from "../validators/forgetValidator.ts";
import { type AccountAmount, kceAccountAmount } from "./stakingEvents.ts";
import { unbondings } from "./unbonding.ts";

/** Event 3. */
export const UnbondedWithdrawn: EventKind<AccountAmount> = defineEvent(3, "UnbondedWithdrawn", kceAccountAmount);

/** Call 3: every entry that is due becomes free (kratos-core 2.5). The last one ends the record of a former validator (4.1). */
export const WithdrawUnbonded: CallKind<Record<string, never>> = defineCall(3, "WithdrawUnbonded", kceRecord({}), {
  class: "X",
  baseFee: TRANSFER_FEE,
  apply(context) {
    const { state, sender, block, emit } = context;
    const entries = state.get(unbondings.of(sender));
    const due = entries.filter(({ releaseAt }) => releaseAt <= block.number);
    if (due.length === 0) return "NothingToWithdraw";
    const amount = krat12(due.reduce((sum, entry) => sum + entry.amount, 0n));
    const left = entries.filter(({ releaseAt }) => releaseAt > block.number);
    if (left.length === 0) state.delete(unbondings.of(sender));
    else state.set(unbondings.of(sender), left);
    state.update(accounts.of(sender), (before) => ({
      ...before,
      unbonding: krat12(before.unbonding - amount),
      free: krat12(before.free + amount),
    }));
    if (left.length === 0) forgetValidator(context, sender);
    emit(UnbondedWithdrawn.of({ account: sender, amount }));
    return undefined;
  },
});
