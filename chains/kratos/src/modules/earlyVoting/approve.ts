import { kceDigest, kceRecord } from "@polis/codec";
import type { AccountId } from "../../identifiers.ts";
import type { BlockContext } from "../../runtime/context.ts";
import { defineEvent, type EventKind } from "../../runtime/event.ts";
import { credits, totalCredits } from "../credits/creditRecord.ts";
import { epochData, MAX_VALIDATORS } from "../epoch/epochData.ts";
import { effectsOf } from "../security/effects.ts";
import { floorInForce, isBootstrapGrace } from "../security/graces.ts";
import { security } from "../security/securityState.ts";
import { activeValidators, changeStatus } from "../validators/activeSet.ts";
import { admitBootstrap } from "../validators/admitBootstrap.ts";
import { isLastOne } from "../validators/reputation.ts";
import { setValidator, validators } from "../validators/validator.ts";
import { candidacies, candidacyOf } from "./candidate.ts";

/** Event 9. */
export const CandidateApproved: EventKind<{ readonly candidate: AccountId }> = defineEvent(
  9,
  "CandidateApproved",
  kceRecord({ candidate: kceDigest }),
);

/** Approvals and removals of one boundary (kratos-core 4.6). */
const APPROVALS = 5;
const REMOVALS = 4;

/** The part of early voting in a boundary, behind the evaluation of the security state (kratos-core 3.7 (2e)). */
export function admitAndRemove(context: BlockContext): void {
  approveQueue(context);
  settleBootstrap(context);
  removeBelowFloor(context);
}

/** First in, first out, while there are places; candidates that have expired or whose era has ended are dropped. */
function approveQueue(context: BlockContext): void {
  const { state, block } = context;
  const isOpen = effectsOf(state.get(security).state).earlyVoting;
  let approvals = 0;
  const left: AccountId[] = [];
  for (const candidate of state.get(epochData).approvalQueue) {
    const candidacy = candidacyOf(state, candidate, block.number);
    const isWaiting = isOpen && candidacy?.status === "Pending";
    if (!isWaiting || state.get(validators.of(candidate)) !== undefined) continue;
    if (approvals === APPROVALS || state.get(epochData).active.length >= MAX_VALIDATORS) left.push(candidate);
    else {
      approve(context, candidate);
      approvals++;
    }
  }
  state.update(epochData, (data) => ({ ...data, approvalQueue: left }));
}

function approve(context: BlockContext, candidate: AccountId): void {
  const { state, block, emit } = context;
  const candidacy = state.get(candidacies.of(candidate))!;
  state.set(candidacies.of(candidate), { ...candidacy, status: "Approved", approvedAt: block.number });
  admitBootstrap(context, candidate);
  emit(CandidateApproved.of({ candidate }));
}

/** A bootstrap validator whose stake has reached the floor becomes an ordinary one (kratos-core 4.6). */
function settleBootstrap({ state }: BlockContext): void {
  const { stakeFloor } = effectsOf(state.get(security).state);
  for (const validator of activeValidators(state)) {
    if (validator.isBootstrap && validator.stake >= stakeFloor)
      setValidator(state, { ...validator, isBootstrap: false });
  }
}

/**
 * When the graces are over, those below the floor leave, fewest credits first, four at a boundary (kratos-core 4.1, 4.6); never
 * the last one, because block production continues in every state (I39).
 */
function removeBelowFloor(context: BlockContext): void {
  const { state, block } = context;
  const floor = floorInForce(state, block.number);
  const bootstrapStays = isBootstrapGrace(state, block.number);
  const below = activeValidators(state)
    .filter(({ stake, isBootstrap }) => stake < floor && !(isBootstrap && bootstrapStays))
    .map((validator) => ({ validator, credits: totalCredits(state.get(credits.of(validator.id))) }))
    .sort((a, b) => a.credits - b.credits || (a.validator.id < b.validator.id ? -1 : 1));
  for (const { validator } of below.slice(0, REMOVALS)) {
    if (!isLastOne(context, validator)) changeStatus(context, validator, "Inactive");
  }
}
