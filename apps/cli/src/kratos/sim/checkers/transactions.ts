import { accounts } from "@polis/kratos";
import { type BlockView, eventsNamed, type Invariant } from "./invariant.ts";

const OTHER_CLASSES = 900;
/** Calls of class X of the core (kratos-core 2.3): Unstake, WithdrawUnbonded, UnregisterValidator. */
const EXITS: readonly string[] = ["Unstake", "WithdrawUnbonded", "UnregisterValidator"];
const TRANSFER_FEE = 1_000_000n;

/** What a transaction may do. */
export const transactionInvariants: readonly Invariant[] = [
  { id: "I15", check: onceEach },
  { id: "I16", check: failuresCostTheFee },
  { id: "I38", check: exitsAreCheap },
];

/** Nonces of a block go on from the state and leave the state behind them; no other chain would take a signature. */
function onceEach({ transactions, before, after, rules, header }: BlockView): string | undefined {
  const next = new Map<string, number>();
  for (const { transaction } of transactions) {
    const { sender, nonce } = transaction;
    const expected = next.get(sender) ?? before.get(accounts.of(sender)).nonce;
    if (nonce !== expected) return `nonce ${nonce} of ${sender} instead of ${expected}`;
    next.set(sender, nonce + 1);
    if (after.get(accounts.of(sender)).nonce <= nonce) return `nonce ${nonce} of ${sender} could be used again`;
  }
  const [sample] = transactions;
  if (sample === undefined) return undefined;
  const elsewhere = rules.chainIdentity.map((byte) => byte ^ 1);
  if (!rules.signatures.transaction(rules.chainIdentity, sample)) return "an unsigned transaction";
  return rules.signatures.transaction(elsewhere, sample) ? `block ${header.number} is replayable elsewhere` : undefined;
}

function failuresCostTheFee(view: BlockView): string | undefined {
  if (view.crossed > 0) return undefined;
  const { transactions, receipts, before, after, header } = view;
  const receivers = new Set(eventsNamed<{ to: string }>(view, "Transferred").map(({ to }) => to));
  const punished = new Set(eventsNamed<{ offender: string }>(view, "PenaltyApplied").map(({ offender }) => offender));
  for (const { sender } of transactions.map(({ transaction }) => transaction)) {
    if (sender === header.author || receivers.has(sender) || punished.has(sender)) continue;
    const own = receipts.filter((_, i) => transactions[i]!.transaction.sender === sender);
    if (own.some(({ success }) => success)) continue;
    const [was, is] = [before.get(accounts.of(sender)), after.get(accounts.of(sender))];
    const fees = own.reduce((sum, { fee }) => sum + fee, 0n);
    const kept = is.bonded === was.bonded && is.unbonding === was.unbonding && is.deposits === was.deposits;
    if (is.free !== was.free - fees || !kept) return `a failed effect of ${sender} changed more than fee and nonce`;
  }
  return undefined;
}

function exitsAreCheap({ transactions, receipts }: BlockView): string | undefined {
  const exits = transactions.filter(({ transaction }) => EXITS.includes(transaction.call.name)).length;
  if (transactions.length - exits > OTHER_CLASSES) return `${transactions.length - exits} calls that are no exits`;
  const dear = receipts.find(
    ({ fee }, i) => EXITS.includes(transactions[i]!.transaction.call.name) && fee !== TRANSFER_FEE,
  );
  return dear === undefined ? undefined : `an exit for ${dear.fee}`;
}
