import type { Digest } from "@polis/codec";
import { accounts, candidacies, credits, epochData, roles, security, totalCredits, validators } from "@polis/kratos";
import { type BlockView, changedIds, eventsNamed, type Invariant } from "./invariant.ts";

const MOST = 101;

/** Validators, their roles, how they enter, their credits. */
export const registryInvariants: readonly Invariant[] = [
  { id: "I23", check: rolesAgree },
  { id: "I24", check: places },
  { id: "I26", check: earlyVoting },
  { id: "I27", check: firstCredits },
  { id: "I28", check: creditsFall },
];

function rolesAgree(view: BlockView): string | undefined {
  const ids = new Set([...changedIds(view, "validator:"), ...changedIds(view, "role:")] as Digest[]);
  for (const id of ids) {
    const validator = view.after.get(validators.of(id));
    const stakes = view.after
      .get(roles.of(id))
      .flatMap(({ metadata, scope }) => (metadata.kind === "validator" && scope === undefined ? [metadata.stake] : []));
    const expected = validator === undefined ? [] : [validator.stake];
    if (stakes.length !== expected.length || stakes[0] !== expected[0]) return `role and record of ${id} differ`;
    const { bonded } = view.after.get(accounts.of(id));
    if (validator !== undefined && validator.stake !== bonded) return `${id} has ${validator.stake}, bonded ${bonded}`;
  }
  return undefined;
}

function places({ after }: BlockView): string | undefined {
  const { active } = after.get(epochData);
  if (active.length > MOST) return `${active.length} Active validators`;
  const listed = active.filter((id) => after.get(validators.of(id))?.status === "Active").length;
  let all = 0;
  for (const { item, value } of after.all()) {
    if (item.name.startsWith("validator:") && (value as { status: string }).status === "Active") all++;
  }
  return listed === active.length && listed === all ? undefined : `${active.length} in the list, ${all} Active`;
}

function earlyVoting(view: BlockView): string | undefined {
  const isOpen = view.after.get(security).state === "Bootstrap";
  const cast = ["CandidateProposed", "CandidateVoted"].flatMap((name) => eventsNamed<{ voter: Digest }>(view, name));
  const approved = eventsNamed<{ candidate: Digest }>(view, "CandidateApproved");
  const { approvalQueue, active } = view.after.get(epochData);
  if (!isOpen && cast.length + approved.length > 0) return "early voting goes on behind the bootstrap era";
  if (!isOpen && approvalQueue.length > 0) return "candidates wait behind the bootstrap era";
  const stranger = cast.find(({ voter }) => view.after.get(validators.of(voter)) === undefined);
  if (stranger !== undefined) return `${stranger.voter} votes and is no validator`;
  for (const { candidate } of approved) {
    const { voters } = view.after.get(candidacies.of(candidate))!;
    if (new Set(voters).size !== voters.length) return `somebody votes twice for ${candidate}`;
    if (voters.length < Math.min(3, active.length - approved.length)) return `${voters.length} votes for ${candidate}`;
  }
  return undefined;
}

function firstCredits(view: BlockView): string | undefined {
  for (const { candidate } of eventsNamed<{ candidate: Digest }>(view, "CandidateApproved")) {
    const total = totalCredits(view.after.get(credits.of(candidate)));
    const isNew = view.before.get(credits.of(candidate)) === undefined;
    if (isNew ? total !== 100 : total < 100) return `${candidate} begins with ${total} credits`;
  }
  return undefined;
}

function creditsFall(view: BlockView): string | undefined {
  const causes = new Set<string>(
    eventsNamed<{ offender: string }>(view, "PenaltyApplied").map(({ offender }) => offender),
  );
  for (const { account, to } of eventsNamed<{ account: string; to: string }>(view, "ClockStatusChanged")) {
    if (to === "Excluded") causes.add(account);
  }
  for (const id of changedIds(view, "vc:")) {
    const [was, is] = [view.before.get(credits.of(id as Digest)), view.after.get(credits.of(id as Digest))];
    // Idle quarters are settled when the record is next touched, each once.
    const decays = (is?.decayedQuarter ?? 0) > (was?.decayedQuarter ?? 0);
    for (const kind of ["vote", "uptime", "arbitration", "seniority"] as const) {
      if ((is?.[kind] ?? 0) < 0) return `${id} has less than no ${kind} credits`;
      if ((is?.[kind] ?? 0) < (was?.[kind] ?? 0) && !decays && !causes.has(id)) return `${kind} credits of ${id} fell`;
    }
  }
  return undefined;
}
