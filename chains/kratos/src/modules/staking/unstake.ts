import { kceRecord } from "@polis/codec";
import { kceKrat } from "../../kce.ts";
import { type CallKind, defineCall } from "../../runtime/call.ts";
import { defineEvent, type EventKind } from "../../runtime/event.ts";
import { accounts } from "../accounts/account.ts";
import { TRANSFER_FEE } from "../accounts/transfer.ts";
import { retentionMinimum } from "../validators/requiredStake.ts";
import { syncStake } from "../validators/validator.ts";
import type { AmountParams } from "./stake.ts";
import { type AccountAmount, kceAccountAmount } from "./stakingEvents.ts";
import { MAX_UNSTAKE_ENTRIES, startUnbonding, unbondings } from "./unbonding.ts";

/** Event 2. */
export const Unstaked: EventKind<AccountAmount> = defineEvent(2, "Unstaked", kceAccountAmount);

/** Call 2: bonded balance begins to unbond, as far as a validator's retention minimum allows (kratos-core 2.3, 4.3). */
export const Unstake: CallKind<AmountParams> = defineCall(2, "Unstake", kceRecord({ amount: kceKrat }), {
  class: "X",
  baseFee: TRANSFER_FEE,
  apply(context, { amount }) {
    const { state, sender, emit } = context;
    const { bonded } = state.get(accounts.of(sender));
    if (amount === 0n) return "InvalidAmount";
    if (bonded < amount) return "InsufficientStake";
    if (bonded - amount < retentionMinimum(state, sender)) return "BelowRequiredStake";
    if (state.get(unbondings.of(sender)).length >= MAX_UNSTAKE_ENTRIES) return "TooManyUnbonding";
    startUnbonding(context, sender, amount);
    syncStake(state, sender);
    emit(Unstaked.of({ account: sender, amount }));
    return undefined;
  },
});
