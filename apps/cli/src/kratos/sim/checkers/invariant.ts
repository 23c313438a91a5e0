import type { ChainEvent, ChainRules, Header, Receipt, SignedTransaction } from "@polis/kratos";
import type { EntryValues } from "../world/entries.ts";
import type { SimBlock } from "../world/simChain.ts";

/** A block as the checkers see it: what was, what is, and what happened between. */
export interface BlockView {
  readonly rules: ChainRules;
  readonly parent: Header;
  readonly header: Header;
  readonly before: EntryValues;
  readonly after: SimBlock["entries"];
  readonly changes: SimBlock["changes"];
  readonly transactions: readonly SignedTransaction[];
  readonly receipts: readonly Receipt[];
  readonly events: readonly ChainEvent[];
  /** Epoch boundaries between parent and block. */
  readonly crossed: number;
}

/** A rule of kratos-core 16, stated again without the code it judges. */
export interface Invariant {
  /** Its number, such as `I1`; the section of a rule that has none, such as `4.4`. */
  readonly id: string;
  /** What is broken; undefined when the rule holds. */
  check(view: BlockView): string | undefined;
}

/** Accounts of which a block shows more than one thing: senders, receivers, the punished, those whose clock changed. */
export function movedIn(view: BlockView): ReadonlySet<string> {
  return new Set([
    ...view.transactions.map(({ transaction }) => transaction.sender),
    ...eventsNamed<{ to: string }>(view, "Transferred").map(({ to }) => to),
    ...eventsNamed<{ offender: string }>(view, "PenaltyApplied").map(({ offender }) => offender),
    ...eventsNamed<{ account: string }>(view, "ClockStatusChanged").map(({ account }) => account),
    ...eventsNamed<{ account: string }>(view, "ValidatorStatusChanged").map(({ account }) => account),
  ]);
}

/** The view of a block upon its parent. */
export function viewOf(rules: ChainRules, parent: Header, block: SimBlock): BlockView {
  const { header, before, entries, changes, applied } = block;
  return {
    ...{ rules, parent, header, before, after: entries, changes, transactions: block.block.transactions },
    ...{ receipts: applied.receipts, events: applied.events, crossed: header.epoch - parent.epoch },
  };
}

/** The fields of the events of one name. */
export function eventsNamed<F>(view: BlockView, name: string): readonly F[] {
  return view.events.flatMap((event) => (event.name === name ? [event.fields as F] : []));
}

/** The identifiers of changed entries of one family. @param prefix such as `account:` */
export function changedIds(view: BlockView, prefix: string): readonly string[] {
  return view.changes.flatMap(({ name }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
}
