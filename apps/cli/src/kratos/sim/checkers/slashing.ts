import type { Digest } from "@polis/codec";
import {
  accounts,
  credits,
  economics,
  offences,
  type Penalty,
  punished,
  type Severity,
  security,
  totalCredits,
  unbondings,
  validators,
} from "@polis/kratos";
import { type BlockView, eventsNamed, type Invariant } from "./invariant.ts";

/** kratos-core 8.1 as it is written: percent of credits, bps of stake at the first, second and every further offence. */
const TABLE: Readonly<Record<Severity, readonly [credits: number, first: bigint, second: bigint, further: bigint]>> = {
  Critical: [50, 500n, 1_250n, 2_000n],
  High: [25, 100n, 300n, 500n],
  Medium: [10, 0n, 50n, 100n],
  Low: [5, 0n, 0n, 0n],
};
const MAX_AGE = 403_200;
const NO_OFFENCE = "0".repeat(64);

/** What a punishment takes, and how often. */
export const slashingInvariants: readonly Invariant[] = [
  { id: "I33", check: amounts },
  { id: "I34", check: onceEach },
];

/** Judged where the block shows one penalty of an account that did nothing else to its stake. */
function amounts(view: BlockView): string | undefined {
  const penalties = eventsNamed<Penalty>(view, "PenaltyApplied");
  const senders = new Set<string>(view.transactions.map(({ transaction }) => transaction.sender));
  for (const penalty of penalties) {
    const { offender } = penalty;
    const isAlone = penalties.filter((other) => other.offender === offender).length === 1;
    if (!isAlone || senders.has(offender)) continue;
    const broken = stakeTaken(view, penalty) ?? (view.crossed === 0 ? creditsTaken(view, penalty) : undefined);
    if (broken !== undefined) return broken;
  }
  const burned = penalties.reduce((sum, { stake }) => sum + stake, 0n);
  const fees = eventsNamed<{ burned: bigint }>(view, "BlockRewarded").reduce((sum, reward) => sum + reward.burned, 0n);
  const all = view.after.get(economics).burned - view.before.get(economics).burned;
  return all === burned + fees ? undefined : `${all} burned, ${burned} of penalties and ${fees} of fees`;
}

function stakeTaken(view: BlockView, { offender, severity, stake }: Penalty): string | undefined {
  const { count } = view.after.get(offences.of(offender))[severity];
  const [, first, second, further] = TABLE[severity];
  const isFirst = count === 1 || view.after.get(security).state === "Emergency";
  const bps = isFirst ? first : count === 2 ? second : further;
  const { bonded } = view.before.get(accounts.of(offender));
  const open = view.before.get(unbondings.of(offender));
  const expected = [bonded, ...open.map(({ amount }) => amount)].reduce(
    (sum, part) => sum + (part * bps) / 10_000n,
    0n,
  );
  return stake === expected ? undefined : `${offender} loses ${stake} at its offence ${count} instead of ${expected}`;
}

function creditsTaken(view: BlockView, { offender, severity, credits: taken }: Penalty): string | undefined {
  const [before, after] = [view.before.get(credits.of(offender)), view.after.get(credits.of(offender))];
  // Of one who is not Active the idle quarters are settled first.
  if (before?.decayedQuarter !== after?.decayedQuarter) return undefined;
  const was = totalCredits(before);
  const expected = Math.min(was, Math.round((was * TABLE[severity][0]) / 100));
  if (taken !== expected) return `${offender} loses ${taken} of ${was} credits instead of ${expected}`;
  const isExcluded = eventsNamed<{ account: string; to: string }>(view, "ClockStatusChanged").some(
    ({ account, to }) => account === offender && to === "Excluded",
  );
  const is = totalCredits(after);
  return isExcluded || is === was - taken ? undefined : `${offender} has ${is} of ${was} credits`;
}

/** Each accepted offence is new, young, noted and punished by one penalty; three Critical ones end a place. */
function onceEach(view: BlockView): string | undefined {
  const accepted = eventsNamed<{ offence: Digest }>(view, "EvidenceAccepted").map(({ offence }) => offence);
  const penalties = eventsNamed<Penalty>(view, "PenaltyApplied");
  const proven = penalties.filter(({ offenceId }) => offenceId !== NO_OFFENCE);
  if (proven.length !== accepted.length) return `${proven.length} penalties for ${accepted.length} proofs`;
  for (const offence of accepted) {
    const mine = proven.filter(({ offenceId }) => offenceId === offence);
    if (mine.length !== 1) return `offence ${offence} is punished ${mine.length} times`;
    if (view.before.get(punished.of(offence)) !== undefined) return `offence ${offence} was punished before`;
    if (view.after.get(punished.of(offence)) !== view.header.number) return `offence ${offence} is not noted`;
    if (mine[0]!.rulesBlock + MAX_AGE < view.header.number) return `offence ${offence} is too old`;
  }
  const grave = proven.filter(({ severity }) => severity === "Critical").map(({ offender }) => offender);
  const kept = grave.find((id) => {
    const validator = view.after.get(validators.of(id));
    return view.after.get(offences.of(id)).Critical.count >= 3 && validator !== undefined && !validator.ejected;
  });
  return kept === undefined ? undefined : `${kept} keeps its place behind three Critical offences`;
}
