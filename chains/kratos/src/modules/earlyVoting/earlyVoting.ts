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
import { type Candidacy, candidacies, candidacyOf } from "./candidate.ts";

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
    store(context, made);
    return undefined;
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
    const voters = [...before.voters, sender].sort((a, b) => (a < b ? -1 : 1));
    emit(CandidateVoted.of({ candidate, voter: sender }));
    store(context, { ...before, voters });
    return undefined;
  },
});

function commonRefusal({ state, sender, block }: CallContext): string | undefined {
  if (state.get(security).state !== "Bootstrap") return "BootstrapEnded";
  const validator = state.get(validators.of(sender));
  return validator === undefined || !canParticipate(validator, block.epoch) ? "NotValidator" : undefined;
}

/** Stores a candidacy, and queues it when those of its voters that still take part are a quorum. */
function store(context: BlockContext, candidacy: Candidacy): void {
  const { state, block } = context;
  state.set(candidacies.of(candidacy.candidate), candidacy);
  const able = activeValidators(state).filter((validator) => canParticipate(validator, block.epoch));
  const votes = able.filter(({ id }) => candidacy.voters.includes(id)).length;
  const { approvalQueue } = state.get(epochData);
  if (votes < Math.min(QUORUM, able.length) || approvalQueue.includes(candidacy.candidate)) return;
  state.update(epochData, (data) => ({ ...data, approvalQueue: [...data.approvalQueue, candidacy.candidate] }));
}

function isFull({ state }: BlockContext): boolean {
  return state.get(epochData).active.length >= MAX_VALIDATORS;
}
