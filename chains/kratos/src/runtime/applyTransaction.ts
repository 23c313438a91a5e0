import { type Krat12, krat12 } from "@polis/codec";
import { isSystemAccount } from "../identifiers.ts";
import { accounts, credit } from "../modules/accounts/account.ts";
import type { WithTipParams } from "../modules/accounts/withTip.ts";
import { countActivity } from "../modules/economics/countActivity.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { AnyCallKind, Call, CallClass } from "./call.ts";
import type { BlockContext, CallContext } from "./context.ts";
import type { ChainEvent } from "./event.ts";
import type { Runtime } from "./runtime.ts";

/** What became of a transaction (kratos-core 2.5). */
export interface Receipt {
  readonly success: boolean;
  /** Base fee and tip, less what was refunded. */
  readonly fee: Krat12;
  /** Why the effect failed. */
  readonly code: string | undefined;
}

/** What a block admits, judged once before its first transaction (kratos-core 2.5). */
export interface Admission {
  /** Percent, 100 at genesis. */
  readonly feeMultiplier: bigint;
  readonly admits: (callClass: CallClass) => boolean;
}

/** Either the receipt, or the rule whose breaking makes the block invalid. */
export type Applied = { readonly receipt: Receipt } | { readonly invalid: string };

/** A call without its tip, and what it costs. */
export interface PricedCall {
  readonly call: Call;
  readonly kind: AnyCallKind;
  readonly class: CallClass;
  readonly baseFee: Krat12;
  readonly tip: Krat12;
}

/** Percent of every base fee (kratos-core 2.4): the value of genesis, which only governance moves. */
export const FEE_MULTIPLIER = 100n;

/** Unwraps a tip and computes class and fee from the call alone (kratos-core 2.3, 2.4). */
export function priceCall(runtime: Runtime, outer: Call, feeMultiplier: bigint): PricedCall {
  const { tip, call } = outer.name === "WithTip" ? (outer.fields as WithTipParams) : { tip: krat12(0n), call: outer };
  const kind = runtime.kindOf(call);
  const { rules } = kind;
  return {
    ...{ call, kind, tip },
    class: rules.classOf?.(call.fields) ?? rules.class,
    baseFee: krat12((rules.baseFee * feeMultiplier) / 100n),
  };
}

/**
 * Applies a transaction whose signature and size are checked: admission, charge, effect (kratos-core 2.5). A failing effect
 * leaves fee, nonce and activity, and nothing else.
 */
export function applyTransaction(
  runtime: Runtime,
  context: BlockContext,
  transaction: Transaction,
  index: number,
  admission: Admission,
): Applied {
  const { state, block } = context;
  const { sender, nonce } = transaction;
  const priced = priceCall(runtime, transaction.call, admission.feeMultiplier);
  const fee = priced.baseFee + priced.tip;
  const account = state.get(accounts.of(sender));
  if (isSystemAccount(sender)) return { invalid: "SystemSender" };
  if (nonce !== account.nonce) return { invalid: "InvalidNonce" };
  if (account.free < fee) return { invalid: "InsufficientFee" };
  if (!admission.admits(priced.class)) return { invalid: "ClassFrozen" };
  const events: ChainEvent[] = [];
  let refunded = krat12(0n);
  const call: CallContext = {
    ...{ block, state, sender, index },
    emit: (event) => void events.push(event),
    refund: () => {
      refunded = priced.baseFee;
    },
  };
  const refused = priced.kind.rules.admit?.(call, priced.call.fields);
  if (refused !== undefined) return { invalid: refused };
  countActivity(state, account, block.epoch);
  state.set(accounts.of(sender), {
    ...account,
    nonce: nonce + 1,
    free: krat12(account.free - fee),
    lastActiveEpoch: block.epoch,
  });
  const mark = state.mark();
  const code = priced.kind.rules.apply(call, priced.call.fields);
  if (code !== undefined) {
    state.revert(mark);
    return { receipt: { success: false, fee: krat12(fee), code } };
  }
  if (refunded > 0n) credit(state, sender, refunded);
  for (const event of events) context.emit(event);
  return { receipt: { success: true, fee: krat12(fee - refunded), code } };
}
