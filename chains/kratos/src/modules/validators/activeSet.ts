import type { AccountId } from "../../identifiers.ts";
import type { BlockContext } from "../../runtime/context.ts";
import type { State } from "../../state/state.ts";
import { epochData } from "../epoch/epochData.ts";
import { setValidator, type Validator, type ValidatorStatus, validators } from "./validator.ts";
import { ValidatorStatusChanged } from "./validatorEvents.ts";

/** The Active validators in ascending order of their accounts. */
export function activeValidators(state: State): readonly Validator[] {
  return state.get(epochData).active.map((account) => state.get(validators.of(account))!);
}

/** Writes a record, keeps the list of Active validators, and says when the status changes. */
export function changeValidator(context: BlockContext, before: Validator | undefined, after: Validator): void {
  const { state, emit } = context;
  setValidator(state, after);
  if (before?.status === after.status) return;
  if (after.status === "Active") enter(state, after.id);
  else if (before?.status === "Active") leave(state, after.id);
  if (before !== undefined) {
    emit(ValidatorStatusChanged.of({ account: after.id, from: before.status, to: after.status }));
  }
}

/** Changes the status alone. */
export function changeStatus(context: BlockContext, validator: Validator, status: ValidatorStatus): Validator {
  const after = { ...validator, status };
  changeValidator(context, validator, after);
  return after;
}

function enter(state: State, account: AccountId): void {
  state.update(epochData, (data) => ({ ...data, active: insert(data.active, account) }));
}

function leave(state: State, account: AccountId): void {
  state.update(epochData, (data) => ({ ...data, active: data.active.filter((other) => other !== account) }));
}

function insert(sorted: readonly AccountId[], account: AccountId): readonly AccountId[] {
  const at = sorted.findIndex((other) => other > account);
  return at < 0 ? [...sorted, account] : sorted.toSpliced(at, 0, account);
}
