import { type Digest, kceDigest, kceRecord, krat12 } from "@polis/codec";
import { type AccountId, isSystemAccount } from "../../identifiers.ts";
import { type CallKind, defineCall } from "../../runtime/call.ts";
import type { BlockContext, CallContext } from "../../runtime/context.ts";
import { defineEvent, type EventKind } from "../../runtime/event.ts";
import { epochData, MAX_VALIDATORS } from "../epoch/epochData.ts";
import { security } from "../security/securityState.ts";
import { activeValidators } from "../validators/activeSet.ts";
import { canParticipate } from "../validators/canParticipate.ts";
import { validators } from "../validators/validator.ts";
import { type Candidacy, candidacies, candidacyOf, MAX_VOTERS } from "./candidate.ts";

/** Parameters of calls 9 and 10. */
export interface CandidateParams {
  readonly candidate: AccountId;
}

const fields = kceRecord({ candidate: kceDigest });
const withVoter = kceRecord({ candidate: kceDigest, voter: kceDigest });

/** Event 7. */
export const CandidateProposed: EventKind<CandidateParams & { readonly voter: Digest }> = defineEvent(
  7,
  "CandidateProposed",
  withVoter,
);
/** Event 8. */
export const CandidateVoted: EventKind<CandidateParams & { readonly voter: Digest }> = defineEvent(
  8,
  "CandidateVoted",
  withVoter,
);

/** Votes that approve; all of them while there are fewer (kratos-core 4.6). */
const QUORUM = 3;

/** Call 9: proposes a validator without stake; the proposal is the first vote (kratos-core 4.6). */
export const ProposeEarlyValidator: CallKind<CandidateParams> = defineCall(9, "ProposeEarlyValidator", fields, {
  class: "S",
  baseFee: krat12(50_000_000n),
  apply(context, { candidate }) {
    const { state, sender, block, emit } = context;
    const refused = commonRefusal(context);
    if (refused !== undefined) return refused;
    if (isSystemAccount(candidate) || state.get(validators.of(candidate)) !== undefined) return "AlreadyValidator";
    const before = candidacyOf(state, candidate, block.number);
    if (before?.status === "Pending" || before?.status === "Approved") return "CandidacyExists";
    if (isFull(context)) return "ValidatorSetFull";
    const status = "Pending";
    const made = {
      candidate,
      proposer: sender,
      voters: [sender],
      createdAt: block.number,
      status,
      approvedAt: undefined,
    } as const;
    emit(CandidateProposed.of({ candidate, voter: sender }));
    leaveQueue(context, candidate);
    return store(context, made);
  },
});

/** Call 10: votes for a candidate (kratos-core 4.6). */
export const VoteEarlyValidator: CallKind<CandidateParams> = defineCall(10, "VoteEarlyValidator", fields, {
  class: "S",
  baseFee: krat12(10_000_000n),
  apply(context, { candidate }) {
    const { state, sender, block, emit } = context;
    const refused = commonRefusal(context);
    if (refused !== undefined) return refused;
    const before = candidacyOf(state, candidate, block.number);
    if (before === undefined) return "CandidacyNotFound";
    if (before.status === "Expired") return "CandidacyExpired";
    if (before.status !== "Pending") return "CandidacyNotPending";
    if (before.voters.includes(sender)) return "AlreadyVoted";
    const voters = [...votersOf(context, before), sender].sort((a, b) => (a < b ? -1 : 1));
    emit(CandidateVoted.of({ candidate, voter: sender }));
    return store(context, { ...before, voters });
  },
});

function commonRefusal({ state, sender, block }: CallContext): string | undefined {
  if (state.get(security).state !== "Bootstrap") return "BootstrapEnded";
  const validator = state.get(validators.of(sender));
  return validator === undefined || !canParticipate(validator, block.epoch) ? "NotValidator" : undefined;
}

/**
 * Stores a candidacy, and queues it when those of its voters that still take part are a quorum. No more wait than there are
 * places, so that a few voters cannot make the queue, which is written in every block, as long as they like.
 */
function store(context: BlockContext, candidacy: Candidacy): string | undefined {
  const { state } = context;
  state.set(candidacies.of(candidacy.candidate), candidacy);
  const able = ableNow(context);
  const votes = able.filter((id) => candidacy.voters.includes(id)).length;
  const { approvalQueue, active } = state.get(epochData);
  if (votes < Math.min(QUORUM, able.length) || approvalQueue.includes(candidacy.candidate)) return undefined;
  if (active.length + approvalQueue.length >= MAX_VALIDATORS) return "ValidatorSetFull";
  state.update(epochData, (data) => ({ ...data, approvalQueue: [...data.approvalQueue, candidacy.candidate] }));
  return undefined;
}

function ableNow({ state, block }: BlockContext): readonly AccountId[] {
  return activeValidators(state).flatMap((validator) => (canParticipate(validator, block.epoch) ? [validator.id] : []));
}

/** The voters so far; of a full list only those whose votes still count, because validators come and go. */
function votersOf(context: BlockContext, { voters }: Candidacy): readonly AccountId[] {
  if (voters.length < MAX_VOTERS) return voters;
  const able = ableNow(context);
  return voters.filter((voter) => able.includes(voter));
}

/** A candidacy that begins anew has no place from the one that expired. */
function leaveQueue({ state }: BlockContext, candidate: AccountId): void {
  if (!state.get(epochData).approvalQueue.includes(candidate)) return;
  state.update(epochData, (data) => ({
    ...data,
    approvalQueue: data.approvalQueue.filter((other) => other !== candidate),
  }));
}

function isFull({ state }: BlockContext): boolean {
  return state.get(epochData).active.length >= MAX_VALIDATORS;
}
