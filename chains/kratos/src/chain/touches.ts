import type { AccountId } from "../identifiers.ts";
import type { Call } from "../runtime/call.ts";
import type { SignedTransaction } from "../transaction/transaction.ts";

/** An account and a transaction that it sent or that pays it: one line of its history. */
export interface Touch {
  readonly account: AccountId;
  readonly index: number;
}

/** The call inside a tip, or the call itself. */
export function innerCall(call: Call): Call {
  return call.name === "WithTip" ? (call.fields as { readonly call: Call }).call : call;
}

/** Who receives from a call; undefined when nobody does. */
export function recipientOf(call: Call): AccountId | undefined {
  const inner = innerCall(call);
  return inner.name === "Transfer" ? (inner.fields as { readonly to: AccountId }).to : undefined;
}

/** The lines that a block adds to histories, each account once for each transaction. */
export function touchesOf(transactions: readonly SignedTransaction[]): Touch[] {
  return transactions.flatMap(({ transaction }, index) => {
    const to = recipientOf(transaction.call);
    const accounts = to === undefined || to === transaction.sender ? [transaction.sender] : [transaction.sender, to];
    return accounts.map((account) => ({ account, index }));
  });
}
