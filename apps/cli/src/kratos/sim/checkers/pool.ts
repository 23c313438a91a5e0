import { type Account, accounts, credits, economics, epochData, systemAccounts } from "@polis/kratos";
import { type BlockView, eventsNamed, type Invariant, movedIn } from "./invariant.ts";
import { shares } from "./rewards.ts";

/** What boundaries pay and count. */
export const poolInvariants: readonly Invariant[] = [
  { id: "9.4", check: settlement },
  { id: "9.2", check: activity },
];

interface Settlement {
  readonly receivers: number;
  readonly each: bigint;
  readonly reserve: bigint;
}

/** The pool is paid out as a whole, in equal parts to those with the credit of the epoch, the rest to the Reserve. */
function settlement(view: BlockView): string | undefined {
  const settled = eventsNamed<Settlement>(view, "PoolSettled");
  if (settled.length !== view.crossed) return `${settled.length} settlements at ${view.crossed} boundaries`;
  if (view.crossed === 0) return undefined;
  const { poolBalance } = view.before.get(economics);
  const paid = settled.reduce((sum, { receivers, each, reserve }) => sum + each * BigInt(receivers) + reserve, 0n);
  if (paid !== poolBalance) return `${paid} of a pool of ${poolBalance} are paid out`;
  const kept = settled.reduce((sum, { reserve }) => sum + reserve, shares(view).reserve);
  const reserve = accounts.of(systemAccounts.reserve);
  const gained = view.after.get(reserve).free - view.before.get(reserve).free;
  if (gained !== kept) return `the Reserve gets ${gained} instead of ${kept}`;
  return view.crossed === 1 ? parts(view, settled[0]!) : undefined;
}

function parts(view: BlockView, { each }: Settlement): string | undefined {
  const others = movedIn(view);
  const ended = view.parent.epoch;
  for (const id of view.before.get(epochData).active) {
    if (others.has(id) || id === view.header.author) continue;
    const [was, is] = [view.before.get(credits.of(id)), view.after.get(credits.of(id))];
    // Who became Active in the epoch that ended has its number without having earned a credit.
    if (was?.lastCreditEpoch === ended) continue;
    const expected = is?.lastCreditEpoch === ended ? each : 0n;
    const gained = view.after.get(accounts.of(id)).free - view.before.get(accounts.of(id)).free;
    if (gained !== expected) return `${id} gets ${gained} of the pool instead of ${expected}`;
  }
  return undefined;
}

const WINDOW = 720;

/** Active users are those accounts whose last transaction is not older than the window (kratos-core 9.2). */
function activity(view: BlockView): string | undefined {
  if (view.crossed === 0) return undefined;
  const expected = new Map<number, number>();
  for (const { item, value } of view.after.all()) {
    if (!item.name.startsWith("account:")) continue;
    const { nonce, lastActiveEpoch } = value as Account;
    if (nonce === 0 || lastActiveEpoch <= view.header.epoch - WINDOW) continue;
    expected.set(lastActiveEpoch, (expected.get(lastActiveEpoch) ?? 0) + 1);
  }
  const { activeUsers } = view.after.get(economics);
  const counted = activeUsers.reduce((sum, bucket) => sum + bucket.accounts, 0);
  const all = [...expected.values()].reduce((sum, count) => sum + count, 0);
  const wrong = activeUsers.find(({ epoch, accounts: count }) => expected.get(epoch) !== count);
  return wrong === undefined && counted === all ? undefined : `${counted} active users are counted, ${all} are there`;
}
