import type { Digest } from "@polis/codec";
import { credits, KRAT, requiredStake, security, totalCredits, validators } from "@polis/kratos";
import { type BlockView, changedIds, eventsNamed, type Invariant } from "./invariant.ts";

/** What credits are worth, and how fast they come. */
export const creditInvariants: readonly Invariant[] = [
  { id: "I25", check: stakeStays },
  { id: "I29", check: earning },
];

type StateName = Parameters<typeof requiredStake>[0];

/** The formula of kratos-core 4.3 with the amounts of 10.4, in base units. */
function requirement(state: StateName, vc: number): bigint {
  const isEarly = state === "Bootstrap" || state === "BootstrapRecovery";
  const floor = (state === "Bootstrap" ? 50_000n : state === "BootstrapRecovery" ? 17_500n : 25_000n) * KRAT;
  const reduction = (isEarly ? 9_900n : 9_500n) * BigInt(Math.min(vc, 5_000));
  const required = (500_000n * KRAT * (50_000_000n - reduction)) / 50_000_000n;
  return required > floor ? required : floor;
}

/** Without a penalty the stake of a validator that goes on falls no lower than what its credits require. */
function stakeStays(view: BlockView): string | undefined {
  const { state } = view.after.get(security);
  const punished = new Set(eventsNamed<{ offender: string }>(view, "PenaltyApplied").map(({ offender }) => offender));
  for (const id of changedIds(view, "validator:") as Digest[]) {
    const [was, is] = [view.before.get(validators.of(id)), view.after.get(validators.of(id))];
    const vc = totalCredits(view.after.get(credits.of(id)));
    const required = requirement(state, vc);
    if (requiredStake(state, vc) !== required) return `${vc} credits require ${requiredStake(state, vc)}`;
    if (required > requirement(state, Math.max(0, vc - 1))) return `more than ${vc - 1} credits require more`;
    if (was?.status !== "Active" || is?.status !== "Active" || punished.has(id) || view.crossed > 0) continue;
    const least = was.stake < required ? was.stake : required;
    if (is.stake < least) return `${id} keeps ${is.stake} of ${least}`;
  }
  return undefined;
}

/**
 * At a boundary a record gains at most one uptime credit, doubled in Bootstrap, and five of seniority four epochs after the last
 * ones; inside an epoch none. That makes the 298 and 506 of a perfect year. Windows hold at most what they may.
 */
function earning(view: BlockView): string | undefined {
  const { state } = view.before.get(security);
  const factor = state === "Bootstrap" || state === "BootstrapRecovery" ? 2 : 1;
  for (const id of changedIds(view, "vc:") as Digest[]) {
    const [was, is] = [view.before.get(credits.of(id)), view.after.get(credits.of(id))];
    if (is === undefined) continue;
    if (is.votesInDay > 3 || is.votesInMonth > 50 || is.arbitrationsInYear > 5) return `${id} passes its limits`;
    if (was === undefined) continue;
    // Several boundaries in one block may lie in several states.
    const most = view.crossed * (view.crossed > 1 ? 2 : factor);
    if (is.uptime - was.uptime > most) return `${id} gains ${is.uptime - was.uptime} uptime credits`;
    const months = (is.lastSeniorityEpoch - was.lastSeniorityEpoch) / 4;
    if (is.seniority - was.seniority > 5 * Math.floor(months)) return `${id} gains seniority too soon`;
    if (is.vote > was.vote || is.arbitration > was.arbitration) return `${id} gains credits of nothing`;
  }
  return undefined;
}
