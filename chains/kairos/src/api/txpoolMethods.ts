import { type Address, quantityOf } from "@polis/codec";
import { paymentType } from "../payment/types.ts";
import type { DecodedTransaction, VerifiedTransaction } from "../transaction/types.ts";
import type { KairosBackend } from "./backend.ts";
import { feeCapOf } from "./gasPrices.ts";
import { poolHidden } from "./logMethods.ts";
import { type Json, type Method, method, result } from "./method.ts";
import { addressParam } from "./specs.ts";
import { transactionJson } from "./transactionJson.ts";

/** Transactions in one answer: the pool may hold far more than an answer can. */
const maxShown = 5_000;

/** The namespace `txpool` (kairos 16.2); its content may be private (M10). */
export const txpoolMethods: Readonly<Record<string, Method>> = {
  txpool_status: method([], (node) => {
    const { pending, queued } = node.status().mempool;
    return result({ pending: quantityOf(pending), queued: quantityOf(queued) });
  }),
  txpool_content: method([], (node) => pool(node, undefined, (one) => transactionJson(one, undefined)), 50),
  txpool_inspect: method([], (node) => pool(node, undefined, inspect), 50),
  txpool_contentFrom: method(
    [addressParam],
    (node, [sender]) => {
      if (!node.limits.pendingPublic) return poolHidden;
      const { pending, queued } = split(node, sender as Address, (one) => transactionJson(one, undefined));
      return result({ pending: pending[`0x${sender}`] ?? {}, queued: queued[`0x${sender}`] ?? {} });
    },
    20,
  ),
};

type BySender = Record<string, Record<string, Json>>;

function pool(node: KairosBackend, sender: Address | undefined, show: (one: VerifiedTransaction) => Json) {
  return node.limits.pendingPublic ? result({ ...split(node, sender, show) }) : poolHidden;
}

/** The pool by sender and nonce. Executable next is what stands below the sender's next nonce (kairos 11.1). */
function split(node: KairosBackend, sender: Address | undefined, show: (one: VerifiedTransaction) => Json) {
  const pending: BySender = {};
  const queued: BySender = {};
  let shown = 0;
  for (const one of node.pooled()) {
    if (sender !== undefined && one.sender !== sender) continue;
    if (shown++ >= maxShown) break;
    const group = one.nonce < node.nextNonce(one.sender) ? pending : queued;
    const key = `0x${one.sender}`;
    group[key] ??= {};
    group[key][one.nonce.toString()] = show(one.decoded as VerifiedTransaction);
  }
  return { pending, queued };
}

/** The one-line form that Ethereum's clients give, in 10^-18 USDC. */
function inspect({ transaction }: VerifiedTransaction): string {
  const to = targetOf(transaction);
  const value = transaction.value;
  return `${to === undefined ? "contract creation" : `0x${to}`}: ${value} wei + ${transaction.gas} gas × ${feeCapOf(transaction)} wei`;
}

function targetOf(transaction: DecodedTransaction): Address | undefined {
  return transaction.type === paymentType ? transaction.payments[0]!.to : transaction.to;
}
