import { leaderWeight } from "@polis/slots";
import type { AccountId } from "../identifiers.ts";
import { clocks } from "../modules/clock/clockRecord.ts";
import { credits, totalCredits } from "../modules/credits/creditRecord.ts";
import { settleDecay } from "../modules/credits/decayCredits.ts";
import { type Candidacy, candidacies, candidacyOf } from "../modules/earlyVoting/candidate.ts";
import { MAX_VALIDATORS } from "../modules/epoch/epochData.ts";
import { isBootstrapGrace } from "../modules/security/graces.ts";
import { security } from "../modules/security/securityState.ts";
import { activeValidators } from "../modules/validators/activeSet.ts";
import { canParticipate } from "../modules/validators/canParticipate.ts";
import { requiredStake } from "../modules/validators/requiredStake.ts";
import { type Validator, validators } from "../modules/validators/validator.ts";
import type { State } from "../state/state.ts";
import type { KratosBackend } from "./backend.ts";
import { type Json, recordJson, toJson } from "./json.ts";
import { apiErrors, type Method, method, refusal, result } from "./method.ts";
import { hash32 } from "./params.ts";
import { stateOf } from "./stateMethods.ts";

type JsonObject = { readonly [key: string]: Json };

/** Votes that approve (kratos-core 4.6). */
const QUORUM = 3;
/** Candidacies that are looked at for one answer. */
const MAX_CANDIDACIES = 10_000;

/** The namespace `validator` (kratos-core 13.3). */
export const validatorMethods: Readonly<Record<string, Method>> = {
  validator_getInfo: method([hash32("account")], (node, [account]) => {
    const info = infoJson(node, account);
    return info === undefined ? refusal(apiErrors.accountNotFound, "Account not found") : result(info);
  }),
  validator_getSet: method([], (node) => {
    const state = stateOf(node);
    const { epoch } = node.reader.tree.head.header;
    const active = activeValidators(state);
    const list = active.map(({ id, stake, status }) =>
      toJson({ id, stake, credits: totalCredits(state.get(credits.of(id))), status }),
    );
    return result({ active_count: active.filter((v) => canParticipate(v, epoch)).length, validators: list });
  }),
  validator_getEarlyVotingStatus: method([], (node) => result(statusJson(node))),
  validator_getPendingCandidates: method([], (node) => {
    const candidates = pendingCandidates(node).map((candidacy) => {
      const { status: _, approved_at: __, ...fields } = votesJson(node, candidacy);
      return fields;
    });
    return result({ candidates, count: candidates.length });
  }),
  validator_getCandidateVotes: method([hash32("candidate")], (node, [candidate]) => {
    const { tree } = node.reader;
    const candidacy = candidacyOf(stateOf(node), candidate, tree.head.header.number);
    if (candidacy !== undefined) return result(votesJson(node, candidacy));
    const nothing = {
      proposer: null,
      vote_count: 0,
      has_quorum: false,
      created_at: null,
      approved_at: null,
      voters: [],
    };
    return result({
      candidate: `0x${candidate}`,
      status: "not_found",
      votes_required: votesRequired(node),
      ...nothing,
    });
  }),
  validator_canVote: method([hash32("account")], (node, [account]) => {
    const state = stateOf(node);
    const validator = state.get(validators.of(account));
    const isValidator = validator !== undefined && canParticipate(validator, node.reader.tree.head.header.epoch);
    const isEra = isBootstrap(state);
    const reason = !isEra ? "BootstrapEnded" : isValidator ? null : "NotValidator";
    const flags = { can_vote: reason === null, is_validator: isValidator, is_bootstrap_era: isEra, reason };
    return result({ account: `0x${account}`, ...flags });
  }),
};

function isBootstrap(state: State): boolean {
  return state.get(security).state === "Bootstrap";
}

function infoJson(node: KratosBackend, account: AccountId): JsonObject | undefined {
  const state = stateOf(node);
  const validator = state.get(validators.of(account));
  if (validator === undefined) return undefined;
  const stored = state.get(credits.of(account));
  // Of whoever is not active, quarters are settled when somebody looks (5.4).
  const record = stored && settleDecay(stored, node.reader.tree.head.header.epoch);
  const total = totalCredits(record);
  const required = requiredStake(state.get(security).state, total);
  const { status: clock } = state.get(clocks.of(account));
  const bootstrap = validator.isBootstrap && isBootstrapGrace(state, node.reader.tree.head.header.number);
  const { stake } = validator;
  const { vote = 0, uptime = 0, arbitration = 0, seniority = 0 } = record ?? {};
  return {
    ...recordJson(validator),
    total_vc: total,
    vc: { vote_credits: vote, uptime_credits: uptime, arbitration_credits: arbitration, seniority_credits: seniority },
    required_stake: required.toString(),
    shortfall: (stake < required ? required - stake : 0n).toString(),
    weight: leaderWeight({ stake, credits: total, bootstrap, clock }).toString(),
    clock_status: clock,
  };
}

function votesRequired(node: KratosBackend): number {
  return Math.min(QUORUM, ableValidators(node).length);
}

function ableValidators(node: KratosBackend): readonly Validator[] {
  const { epoch } = node.reader.tree.head.header;
  return activeValidators(stateOf(node)).filter((validator) => canParticipate(validator, epoch));
}

/** The earliest end of the era: the first block of its last epoch's successor, were every slot to have a block. */
function endBlock(node: KratosBackend): number {
  const { head, rules } = node.reader.tree;
  const { slotsPerEpoch, bootstrapMinEpochs } = rules.params;
  const start = stateOf(node).get(security).bootstrapStartedAt;
  const endSlot = (start + bootstrapMinEpochs) * slotsPerEpoch;
  return head.header.number + Math.max(0, endSlot - head.header.slot);
}

function statusJson(node: KratosBackend): JsonObject {
  const state = stateOf(node);
  const isEra = isBootstrap(state);
  const current = node.reader.tree.head.header.number;
  const end = isEra ? endBlock(node) : null;
  const count = activeValidators(state).length;
  return {
    ...{ is_bootstrap_era: isEra, current_block: current, bootstrap_end_block: end },
    ...{ blocks_until_end: end === null ? 0 : end - current, votes_required: votesRequired(node) },
    ...{ validator_count: count, max_validators: MAX_VALIDATORS, pending_candidates: pendingCandidates(node).length },
    can_add_validators: isEra && count < MAX_VALIDATORS,
  };
}

function votesJson(node: KratosBackend, candidacy: Candidacy): JsonObject {
  const { candidate, proposer, status, voters, createdAt, approvedAt } = candidacy;
  const required = votesRequired(node);
  // As the chain counts: votes of validators that lost their place since do not help (4.6).
  const able = new Set(ableValidators(node).map(({ id }) => id));
  const supporters = voters.filter((voter) => able.has(voter)).length;
  return {
    ...{ candidate: `0x${candidate}`, proposer: `0x${proposer}`, status, vote_count: voters.length },
    ...{ votes_required: required, has_quorum: supporters >= required, created_at: createdAt },
    ...{ approved_at: approvedAt ?? null, voters: voters.map((voter) => `0x${voter}`) },
  };
}

/** Candidacies that are pending now; expired and rejected ones stay in the state, and are left out here. */
function pendingCandidates(node: KratosBackend): readonly Candidacy[] {
  const { reader } = node;
  const at = reader.tree.head.header.number;
  const state = stateOf(node);
  return reader
    .accountsIn(candidacies, MAX_CANDIDACIES)
    .map((account) => candidacyOf(state, account, at))
    .filter((candidacy) => candidacy?.status === "Pending")
    .map((candidacy) => candidacy!);
}
