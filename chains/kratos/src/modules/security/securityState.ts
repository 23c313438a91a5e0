import {
  type Digest,
  type Epoch,
  epoch,
  type Height,
  type Kce,
  kceCounter,
  kceDigest,
  kceEnumeration,
  kceList,
  kceOptional,
  kceRecord,
  kceText,
  kceU32,
} from "@polis/codec";
import type { SecurityStateName } from "../../economics/inflation.ts";
import { kceEpoch, kceHeight } from "../../kce.ts";
import { defineItem, type Item } from "../../state/item.ts";

/** A change of the state (kratos-core 10.1). */
export interface Transition {
  readonly from: SecurityStateName;
  readonly to: SecurityStateName;
  readonly epoch: Epoch;
  readonly block: Height;
  readonly validators: number;
  /** The row of kratos-core 10.3 that applied, such as `T4`. */
  readonly reason: string;
}

/** The record of kratos-core 10.1. */
export interface SecurityRecord {
  readonly state: SecurityStateName;
  readonly enteredAt: Epoch;
  readonly epochsInState: number;
  readonly currentValidators: number;
  readonly validatorsNeeded: number;
  readonly consecutiveEpochsAboveSafe: number;
  readonly epochsBelowMin: number;
  readonly epochsWithoutFinality: number;
  readonly emergencyStateRoot: Digest | undefined;
  readonly bootstrapStartedAt: Epoch;
  readonly bootstrapCompletedAt: Epoch | undefined;
  /** The last 100, oldest first. */
  readonly history: readonly Transition[];
}

/** Transitions that are kept. */
export const HISTORY = 100;

/** The states, in the order of kratos-core 10.1. */
export const kceState: Kce<SecurityStateName> = kceEnumeration([
  "Bootstrap",
  "Normal",
  "Degraded",
  "Restricted",
  "Emergency",
  "BootstrapRecovery",
]);

const kceTransition: Kce<Transition> = kceRecord({
  from: kceState,
  to: kceState,
  epoch: kceEpoch,
  block: kceHeight,
  validators: kceU32,
  reason: kceText(64),
});

const kceSecurity: Kce<SecurityRecord> = kceRecord({
  state: kceState,
  enteredAt: kceEpoch,
  epochsInState: kceCounter,
  currentValidators: kceU32,
  validatorsNeeded: kceU32,
  consecutiveEpochsAboveSafe: kceCounter,
  epochsBelowMin: kceCounter,
  epochsWithoutFinality: kceCounter,
  emergencyStateRoot: kceOptional(kceDigest),
  bootstrapStartedAt: kceEpoch,
  bootstrapCompletedAt: kceOptional(kceEpoch),
  history: kceList(kceTransition, HISTORY),
});

/** `security` (kratos-core 3.4); a missing entry reads as the start of an era (T1). */
export const security: Item<SecurityRecord> = defineItem<SecurityRecord>("security", {
  codec: kceSecurity,
  maxBytes: 16_384,
  missing: {
    state: "Bootstrap",
    enteredAt: epoch(0),
    epochsInState: 0,
    currentValidators: 0,
    validatorsNeeded: 0,
    consecutiveEpochsAboveSafe: 0,
    epochsBelowMin: 0,
    epochsWithoutFinality: 0,
    emergencyStateRoot: undefined,
    bootstrapStartedAt: epoch(0),
    bootstrapCompletedAt: undefined,
    history: [],
  },
});
