import { type Height, height } from "@polis/codec";
import { threshold } from "@polis/finality";
import { currentSet } from "../chain/finalityView.ts";
import { systemAccounts } from "../identifiers.ts";
import { accounts } from "../modules/accounts/account.ts";
import { nominalEpoch, rateNow } from "../modules/economics/economicsModule.ts";
import { economics } from "../modules/economics/economicsState.ts";
import { COLLAPSE_DETECTION_EPOCHS, NORMAL_RECOVERY_EPOCHS } from "../modules/security/nextState.ts";
import { security } from "../modules/security/securityState.ts";
import { activeValidators } from "../modules/validators/activeSet.ts";
import { canParticipate } from "../modules/validators/canParticipate.ts";
import { FEE_MULTIPLIER } from "../runtime/applyTransaction.ts";
import type { KratosBackend } from "./backend.ts";
import { justificationShape } from "./callJson.ts";
import { type Json, recordJson } from "./json.ts";
import { type Method, method, result } from "./method.ts";
import { hex } from "./objects.ts";
import { counter } from "./params.ts";
import { writeShape } from "./shape.ts";
import { stateOf } from "./stateMethods.ts";

/** Fewer validators, from the worst on (kratos-core 10.5). */
const ALERTS = [
  ["Emergency", 30],
  ["Critical", 60],
  ["Warning", 80],
] as const;
/** Without so many there is no finality, which even Bootstrap tells. */
const MIN_VOTERS = 3;

/** The namespaces `finality`, `network` and `economics` (kratos-core 13.3). */
export const chainStateMethods: Readonly<Record<string, Method>> = {
  finality_getStatus: method([], (node) => {
    const { tree } = node.reader;
    const { voters, id } = currentSet(tree);
    const [final, head] = [tree.final.header.number, tree.head.header.number];
    return result({
      ...{
        enabled: voters.length >= MIN_VOTERS,
        last_finalized_block: final,
        last_finalized_hash: hex(tree.final.hash),
      },
      ...{
        current_round: node.round()?.round ?? null,
        current_epoch: id,
        chain_height: head,
        finality_lag: head - final,
      },
      ...{ total_validators: voters.length, threshold: threshold(voters.length) },
    });
  }),
  finality_getLastFinalized: method([], ({ reader }) => {
    const { header, hash } = reader.tree.final;
    return result({ block_number: header.number, block_hash: hex(hash), epoch: header.epoch });
  }),
  finality_getJustification: method([counter("number")], ({ reader }, [number]) => {
    const justification = reader.justificationAt(height(number) as Height);
    if (justification === undefined) return result(null);
    const json = writeShape(justificationShape, justification) as Readonly<Record<string, Json>>;
    return result({ ...json, signature_count: justification.precommits.length });
  }),
  finality_getRoundInfo: method([], (node) => {
    const round = node.round();
    if (round === undefined) return result({ active: false });
    const { voters } = currentSet(node.reader.tree);
    return result({
      ...{ active: true, round: round.round, epoch: round.set, state: round.state },
      ...{ prevote_count: round.prevotes, precommit_count: round.precommits, target_block: round.target ?? null },
      ...{ total_validators: voters.length, votes_needed: threshold(voters.length) },
    });
  }),
  network_getSecurityState: method([], (node) => result(securityJson(node))),
  economics_getState: method([], (node) => {
    const state = stateOf(node);
    const { totalSupply, minted, burned, emissionPerBlock, burnAllowance } = state.get(economics);
    const freeOf = (account: keyof typeof systemAccounts) => state.get(accounts.of(systemAccounts[account])).free;
    const { head, rules } = node.reader.tree;
    const nominal = nominalEpoch({ epoch: head.header.epoch, params: rules.params });
    return result({
      ...{ total_supply: totalSupply.toString(), minted: minted.toString(), burned: burned.toString() },
      ...{ rate_ppb: Number(rateNow(state, nominal)), emission_per_block: emissionPerBlock.toString() },
      ...{ burn_allowance: burnAllowance.toString(), fee_multiplier: Number(FEE_MULTIPLIER) },
      ...{ treasury: freeOf("treasury").toString(), reserve: freeOf("reserve").toString() },
    });
  }),
};

/** The record of 10.1 with the metrics and the alert of 10.5. */
function securityJson(node: KratosBackend): Json {
  const record = stateOf(node).get(security);
  const { tree } = node.reader;
  const { state, epochsInState, epochsWithoutFinality } = record;
  const { epoch } = tree.head.header;
  // V is counted now: the record has it as of the last evaluation.
  const count = activeValidators(stateOf(node)).filter((validator) => canParticipate(validator, epoch)).length;
  return {
    ...recordJson(record),
    metrics: {
      ...{ validator_count: count, security_state: state, epochs_in_state: epochsInState },
      recovery_progress: { counter: record.consecutiveEpochsAboveSafe, target: NORMAL_RECOVERY_EPOCHS },
      collapse_progress: { counter: record.epochsBelowMin, target: COLLAPSE_DETECTION_EPOCHS },
      finality_lag: tree.head.header.number - tree.final.header.number,
      epochs_without_finality: epochsWithoutFinality,
    },
    alert_level: alertOf(state, count),
  };
}

function alertOf(state: string, validators: number): string {
  if (state === "Bootstrap" && validators >= MIN_VOTERS) return "None";
  return ALERTS.find(([, below]) => validators < below)?.[0] ?? "None";
}
