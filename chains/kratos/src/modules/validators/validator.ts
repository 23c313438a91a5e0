import {
  type Epoch,
  type Height,
  type Kce,
  type Krat12,
  kceBool,
  kceCounter,
  kceDigest,
  kceEnumeration,
  kceOptional,
  kceRecord,
  kceU8,
  kceU32,
} from "@polis/codec";
import type { AccountId } from "../../identifiers.ts";
import { kceEpoch, kceHeight, kceKrat } from "../../kce.ts";
import { defineTable, type Table } from "../../state/item.ts";
import type { State } from "../../state/state.ts";
import { accounts } from "../accounts/account.ts";
import { setValidatorRole } from "../roles/roleRegistry.ts";

/** What a validator may do (kratos-core 4.1). Only Active ones produce and vote. */
export type ValidatorStatus = "Active" | "Inactive" | "Unbonding" | "Slashed" | "Jailed";

/** The record of kratos-core 4.1. */
export interface Validator {
  readonly id: AccountId;
  /** Equal to the account's bonded balance. */
  readonly stake: Krat12;
  readonly status: ValidatorStatus;
  /** 0 to 100. */
  readonly reputation: number;
  readonly blocksProduced: number;
  readonly blocksMissed: number;
  readonly slashCount: number;
  readonly totalSlashed: Krat12;
  readonly registeredAt: Height;
  /** The last epoch of a cooldown. */
  readonly cooldownUntil: Epoch | undefined;
  readonly offlineStreak: number;
  readonly isBootstrap: boolean;
  readonly ejected: boolean;
}

const kceValidator: Kce<Validator> = kceRecord({
  id: kceDigest,
  stake: kceKrat,
  status: kceEnumeration(["Active", "Inactive", "Unbonding", "Slashed", "Jailed"]),
  reputation: kceU8,
  blocksProduced: kceCounter,
  blocksMissed: kceCounter,
  slashCount: kceU32,
  totalSlashed: kceKrat,
  registeredAt: kceHeight,
  cooldownUntil: kceOptional(kceEpoch),
  offlineStreak: kceU32,
  isBootstrap: kceBool,
  ejected: kceBool,
});

/** `validator:` + AccountId (kratos-core 3.4). */
export const validators: Table<Validator | undefined> = defineTable<Validator | undefined>("validator:", {
  codec: kceValidator,
  maxBytes: 132,
  missing: undefined,
});

/** Writes a record together with its role entry, so that both always agree (kratos-core 4.7, I23). */
export function setValidator(state: State, validator: Validator): void {
  state.set(validators.of(validator.id), validator);
  setValidatorRole(state, validator);
}

/** Brings a validator's stake in line with its account's bonded balance; nothing for an account that is none. */
export function syncStake(state: State, account: AccountId): void {
  const validator = state.get(validators.of(account));
  if (validator === undefined) return;
  setValidator(state, { ...validator, stake: state.get(accounts.of(account)).bonded });
}
