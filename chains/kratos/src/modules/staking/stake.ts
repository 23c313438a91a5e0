import { type Krat12, kceRecord, krat12 } from "@polis/codec";
import type { AccountId } from "../../identifiers.ts";
import { kceKrat } from "../../kce.ts";
import { type CallKind, defineCall } from "../../runtime/call.ts";
import { defineEvent, type EventKind } from "../../runtime/event.ts";
import type { State } from "../../state/state.ts";
import { accounts } from "../accounts/account.ts";
import { countBonded } from "../economics/economicsState.ts";
import { syncStake } from "../validators/validator.ts";
import { type AccountAmount, kceAccountAmount } from "./stakingEvents.ts";

/** Parameters of a call that moves an amount. */
export interface AmountParams {
  readonly amount: Krat12;
}

/** Event 1. */
export const Staked: EventKind<AccountAmount> = defineEvent(1, "Staked", kceAccountAmount);

/** Call 1: free balance becomes bonded (kratos-core 2.3). */
export const Stake: CallKind<AmountParams> = defineCall(1, "Stake", kceRecord({ amount: kceKrat }), {
  class: "S",
  baseFee: krat12(5_000_000n),
  moves: ({ amount }) => amount,
  apply({ state, sender, emit }, { amount }) {
    if (amount === 0n) return "InvalidAmount";
    if (state.get(accounts.of(sender)).free < amount) return "InsufficientBalance";
    bond(state, sender, amount);
    syncStake(state, sender);
    emit(Staked.of({ account: sender, amount }));
    return undefined;
  },
});

/** Moves free balance to bonded. The caller has checked that there is so much of it. */
export function bond(state: State, account: AccountId, amount: Krat12): void {
  state.update(accounts.of(account), (before) => ({
    ...before,
    free: krat12(before.free - amount),
    bonded: krat12(before.bonded + amount),
  }));
  countBonded(state, amount);
}
