import type { Digest } from "@polis/codec";
import { type Account, accounts, economics, systemAccounts } from "@polis/kratos";
import { type BlockView, changedIds, eventsNamed, type Invariant } from "./invariant.ts";

const INITIAL = 1_000_000_000n * 10n ** 12n;

/** Money: where it is, and who may lose some. */
export const supplyInvariants: readonly Invariant[] = [
  { id: "I1", check: conservation },
  { id: "I22", check: losses },
];

function totalOf({ free, bonded, unbonding, deposits }: Account): bigint {
  return free + bonded + unbonding + deposits;
}

/** By what changed in every block, and over all accounts at every boundary. */
function conservation(view: BlockView): string | undefined {
  const [was, is] = [view.before.get(economics), view.after.get(economics)];
  if (is.totalSupply !== INITIAL + is.minted - is.burned) return `${is.totalSupply} are not initial + minted - burned`;
  let moved = 0n;
  for (const id of changedIds(view, "account:")) {
    const item = accounts.of(id as Digest);
    moved += totalOf(view.after.get(item)) - totalOf(view.before.get(item));
  }
  if (moved !== is.totalSupply - was.totalSupply) return `balances moved by ${moved}, the supply by another amount`;
  if (view.crossed === 0) return undefined;
  let sum = 0n;
  for (const { item, value } of view.after.all()) {
    if (item.name.startsWith("account:")) sum += totalOf(value as Account);
  }
  return sum === is.totalSupply ? undefined : `balances sum to ${sum} of ${is.totalSupply}`;
}

/** Nobody loses without a transaction of their own or a penalty; the pool pays out at boundaries. */
function losses(view: BlockView): string | undefined {
  const punished = new Set(eventsNamed<{ offender: string }>(view, "PenaltyApplied").map(({ offender }) => offender));
  const senders = new Set<string>(view.transactions.map(({ transaction }) => transaction.sender));
  for (const id of changedIds(view, "account:")) {
    const item = accounts.of(id as Digest);
    const lost = totalOf(view.after.get(item)) < totalOf(view.before.get(item));
    const paysOut = id === systemAccounts.validatorPool && view.crossed > 0;
    if (lost && !paysOut && !senders.has(id) && !punished.has(id)) return `${id} lost without a cause`;
  }
  return undefined;
}
