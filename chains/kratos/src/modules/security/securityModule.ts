import { type Kce, kceRecord, kceText, kceU32 } from "@polis/codec";
import type { SecurityStateName } from "../../economics/inflation.ts";
import type { BlockContext } from "../../runtime/context.ts";
import { defineEvent, type EventKind } from "../../runtime/event.ts";
import type { Module } from "../../runtime/module.ts";
import { epochData } from "../epoch/epochData.ts";
import { activeValidators } from "../validators/activeSet.ts";
import { canParticipate } from "../validators/canParticipate.ts";
import { nextState, validatorsNeeded } from "./nextState.ts";
import { HISTORY, kceState, security } from "./securityState.ts";

/** Fields of event 192. */
export interface SecurityStateChange {
  readonly from: SecurityStateName;
  readonly to: SecurityStateName;
  /** V, which decided. */
  readonly validators: number;
  /** The row of kratos-core 10.3. */
  readonly cause: string;
}

const kceChange: Kce<SecurityStateChange> = kceRecord({
  ...{ from: kceState, to: kceState },
  ...{ validators: kceU32, cause: kceText(64) },
});

/** Event 192 (kratos-core 2.9, institutions 12). */
export const SecurityStateChanged: EventKind<SecurityStateChange> = defineEvent(192, "SecurityStateChanged", kceChange);

/** Evaluates the security state at every boundary (kratos-core 3.7 (2e), 10.3). */
export const securityModule: Module = {
  name: "security",
  events: [SecurityStateChanged],
  epoch: { security: evaluate },
};

function evaluate({ state, block, emit }: BlockContext): void {
  const record = state.get(security);
  const participants = activeValidators(state).filter((validator) => canParticipate(validator, block.epoch)).length;
  const { participationBps } = state.get(epochData);
  const evaluation = {
    epoch: block.epoch,
    validators: participants,
    participationBps: averageBps(participationBps),
    bootstrapMinEpochs: block.params.bootstrapMinEpochs,
  };
  const { to, reason, ...counters } = nextState(record, evaluation);
  const common = {
    ...record,
    ...counters,
    currentValidators: participants,
    validatorsNeeded: validatorsNeeded(to, participants),
  };
  if (reason === undefined || to === record.state) {
    state.set(security, { ...common, epochsInState: record.epochsInState + 1 });
    return;
  }
  const transition = {
    from: record.state,
    to,
    epoch: block.epoch,
    block: block.number,
    validators: participants,
    reason,
  };
  state.set(security, {
    ...common,
    state: to,
    enteredAt: block.epoch,
    epochsInState: 0,
    bootstrapCompletedAt: record.state === "Bootstrap" ? block.epoch : record.bootstrapCompletedAt,
    history: [...record.history, transition].slice(-HISTORY),
  });
  emit(SecurityStateChanged.of({ from: record.state, to, validators: participants, cause: reason }));
}

/** The floor of the mean (kratos-core 10.3); 0 before the first epoch has ended. */
function averageBps(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.length === 0 ? 0 : (sum - (sum % values.length)) / values.length;
}
