import type { Digest } from "@polis/codec";
import { accounts, clocks, epochData, KRAT, security, unbondings, validators } from "@polis/kratos";
import { type BlockView, changedIds, eventsNamed, type Invariant, movedIn } from "./invariant.ts";
import { drawnLeader } from "./leaders.ts";

/** How stake leaves, who may validate, and what an empty slot costs. */
export const stakeInvariants: readonly Invariant[] = [
  { id: "4.2", check: places },
  { id: "4.4", check: unbonding },
  { id: "4.5", check: misses },
];

/** Least stake of a validator (kratos-core 10.4). */
function floorOf({ after }: BlockView): bigint {
  const { state } = after.get(security);
  return (state === "Bootstrap" ? 50_000n : state === "BootstrapRecovery" ? 17_500n : 25_000n) * KRAT;
}

/** Who becomes Active has the floor or is a bootstrap validator, and no cooldown; that flag goes with the floor alone. */
function places(view: BlockView): string | undefined {
  const punished = new Set(eventsNamed<{ offender: string }>(view, "PenaltyApplied").map(({ offender }) => offender));
  for (const id of changedIds(view, "validator:") as Digest[]) {
    const [was, is] = [view.before.get(validators.of(id)), view.after.get(validators.of(id))];
    if (is === undefined || punished.has(id)) continue;
    const isBelow = is.stake < floorOf(view);
    if (was?.isBootstrap === true && !is.isBootstrap && isBelow) return `${id} is ordinary with ${is.stake}`;
    if (is.status !== "Active" || was?.status === "Active") continue;
    if (isBelow && !is.isBootstrap) return `${id} validates with ${is.stake}`;
    if ((was?.cooldownUntil ?? -1) >= view.header.epoch) return `${id} is back before its cooldown has ended`;
  }
  return undefined;
}

/** An entry is released no earlier than it says, says the right block, and loses something by a penalty only. */
function unbonding(view: BlockView): string | undefined {
  const { number } = view.header;
  const release = number + view.rules.params.unbondingBlocks;
  const punished = new Set(eventsNamed<{ offender: string }>(view, "PenaltyApplied").map(({ offender }) => offender));
  for (const id of changedIds(view, "unbonding:") as Digest[]) {
    const [was, is] = [view.before.get(unbondings.of(id)), view.after.get(unbondings.of(id))];
    const early = is.find(({ startedAt, releaseAt }) => startedAt === number && releaseAt !== release);
    if (early !== undefined) return `an entry of ${id} is released in ${early.releaseAt} instead of ${release}`;
    const kept = is.filter(({ startedAt }) => startedAt !== number);
    const expected = kept.length === was.length ? was : was.filter(({ releaseAt }) => releaseAt > number);
    const isSame = kept.every(({ amount, startedAt, releaseAt }, i) => {
      const before = expected[i];
      const isWhole = punished.has(id) || amount === before?.amount;
      return startedAt === before?.startedAt && releaseAt === before.releaseAt && isWhole;
    });
    if (kept.length !== expected.length || !isSame) return `the entries of ${id} are not those of before`;
    const sum = is.reduce((total, { amount }) => total + amount, 0n);
    if (sum !== view.after.get(accounts.of(id)).unbonding) return `the entries of ${id} sum to ${sum}`;
  }
  return undefined;
}

const OUTAGE = 50;

/** Inside an epoch each empty slot is charged to the leader that is drawn for it; the author alone gains reputation. */
function misses(view: BlockView): string | undefined {
  const charged = view.crossed === 0 ? chargedSlots(view) : undefined;
  const moved = movedIn(view);
  for (const id of view.after.get(epochData).active) {
    const [was, is] = [view.before.get(validators.of(id)), view.after.get(validators.of(id))];
    if (was === undefined || is === undefined || was === is || was.status !== "Active") continue;
    const missed = is.blocksMissed - was.blocksMissed;
    if (missed < 0) return `${id} forgets ${-missed} empty slots`;
    if (charged !== undefined && !moved.has(id) && missed !== (charged.get(id) ?? 0))
      return `${id} is charged ${missed} empty slots of ${charged.get(id) ?? 0}`;
    // The last one that is able keeps a reputation of 1.
    const most = Math.max(1, was.reputation - missed) + (id === view.header.author ? 1 : 0);
    if (!moved.has(id) && is.reputation > most) return `${id} has reputation ${is.reputation} after ${was.reputation}`;
  }
  return undefined;
}

function chargedSlots({ before, parent, header }: BlockView): ReadonlyMap<Digest, number> {
  const charged = new Map<Digest, number>();
  if (header.slot - parent.slot - 1 > OUTAGE) return charged;
  const data = before.get(epochData);
  for (let at = parent.slot + 1; at < header.slot; at++) {
    const leader = drawnLeader(data, at);
    const isOut = leader !== undefined && ["Excluded", "Recovering"].includes(before.get(clocks.of(leader)).status);
    if (leader !== undefined && !isOut) charged.set(leader, (charged.get(leader) ?? 0) + 1);
  }
  return charged;
}
