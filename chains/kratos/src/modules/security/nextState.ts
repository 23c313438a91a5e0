import type { Epoch } from "@polis/codec";
import type { SecurityStateName } from "../../economics/inflation.ts";
import type { SecurityRecord } from "./securityState.ts";

/** Fewer validators are an emergency (kratos-core 10.2). */
export const EMERGENCY_VALIDATORS = 25;
/** Fewer freeze governance. */
export const POST_BOOTSTRAP_MIN_VALIDATORS = 50;
/** As many are safe. */
export const SAFE_VALIDATORS = 75;
/** Evaluations in a row that bring Normal back. */
export const NORMAL_RECOVERY_EPOCHS = 100;
/** Evaluations in a row below the minimum that are a collapse. */
export const COLLAPSE_DETECTION_EPOCHS = 10;
/** In hundredths of a percent: 90 %. */
export const MIN_PARTICIPATION_BPS = 9_000;

/** What an evaluation looks at, once per epoch boundary. */
export interface Evaluation {
  /** The epoch that begins. */
  readonly epoch: Epoch;
  /** V: validators that can participate now. */
  readonly validators: number;
  /** Average participation of the last 100 epochs, in bps. */
  readonly participationBps: number;
  /** 1,440 on production chains. */
  readonly bootstrapMinEpochs: number;
}

/** What an evaluation decides. */
export interface Verdict {
  readonly to: SecurityStateName;
  /** The row of kratos-core 10.3; undefined when the state stays. */
  readonly reason: string | undefined;
  readonly consecutiveEpochsAboveSafe: number;
  readonly epochsBelowMin: number;
}

/**
 * The next state of the network (kratos-core 10.3). A function of the record and of V alone: no vote and no operator can
 * cause, delay or block a transition. Falls are immediate and may pass several levels.
 */
export function nextState(record: SecurityRecord, evaluation: Evaluation): Verdict {
  const { validators } = evaluation;
  const isBootstrap = record.state === "Bootstrap";
  const isBelow = !isBootstrap && validators < POST_BOOTSTRAP_MIN_VALIDATORS;
  const epochsBelowMin = isBelow ? record.epochsBelowMin + 1 : 0;
  const isSafe = record.state === "Degraded" && validators >= SAFE_VALIDATORS;
  const above = isSafe ? record.consecutiveEpochsAboveSafe + 1 : 0;
  const [to, reason] = transition(record, evaluation, epochsBelowMin, above);
  // Entering Degraded with enough validators is the first evaluation of the recovery.
  const entersSafe = to === "Degraded" && record.state !== "Degraded" && validators >= SAFE_VALIDATORS;
  const consecutiveEpochsAboveSafe = entersSafe ? 1 : to === "Degraded" ? above : 0;
  return { to, reason, epochsBelowMin, consecutiveEpochsAboveSafe };
}

type Change = readonly [to: SecurityStateName, reason: string | undefined];

function transition(record: SecurityRecord, evaluation: Evaluation, below: number, above: number): Change {
  const { validators } = evaluation;
  const hasCollapsed = below >= COLLAPSE_DETECTION_EPOCHS;
  const band = bandOf(validators);
  switch (record.state) {
    case "Bootstrap":
      return mayLeaveBootstrap(record, evaluation) ? [band, "T3"] : ["Bootstrap", undefined];
    case "Normal":
      return band === "Normal" ? ["Normal", undefined] : [band, "T4"];
    case "Degraded":
      if (validators < POST_BOOTSTRAP_MIN_VALIDATORS) return [band, "T5"];
      return above >= NORMAL_RECOVERY_EPOCHS ? ["Normal", "T7"] : ["Degraded", undefined];
    case "Restricted":
      if (validators < EMERGENCY_VALIDATORS) return ["Emergency", "T6"];
      if (validators >= POST_BOOTSTRAP_MIN_VALIDATORS) return ["Degraded", "T8"];
      return hasCollapsed ? ["BootstrapRecovery", "T10"] : ["Restricted", undefined];
    case "Emergency":
      if (validators < EMERGENCY_VALIDATORS) return ["Emergency", undefined];
      return hasCollapsed ? ["BootstrapRecovery", "T11"] : ["Restricted", "T9"];
    case "BootstrapRecovery":
      if (validators < EMERGENCY_VALIDATORS) return ["Emergency", "T13"];
      return validators >= POST_BOOTSTRAP_MIN_VALIDATORS ? ["Degraded", "T12"] : ["BootstrapRecovery", undefined];
  }
}

function mayLeaveBootstrap(record: SecurityRecord, evaluation: Evaluation): boolean {
  const age = evaluation.epoch - record.bootstrapStartedAt;
  return (
    age >= evaluation.bootstrapMinEpochs &&
    evaluation.validators >= POST_BOOTSTRAP_MIN_VALIDATORS &&
    evaluation.participationBps >= MIN_PARTICIPATION_BPS
  );
}

/** band(V) of kratos-core 10.3. */
export function bandOf(validators: number): SecurityStateName {
  if (validators >= SAFE_VALIDATORS) return "Normal";
  if (validators >= POST_BOOTSTRAP_MIN_VALIDATORS) return "Degraded";
  return validators >= EMERGENCY_VALIDATORS ? "Restricted" : "Emergency";
}

/** Validators that are missing to leave the state upward; 0 in Normal and in Bootstrap with enough of them. */
export function validatorsNeeded(state: SecurityStateName, validators: number): number {
  const goals: Readonly<Record<SecurityStateName, number>> = {
    Bootstrap: POST_BOOTSTRAP_MIN_VALIDATORS,
    Normal: 0,
    Degraded: SAFE_VALIDATORS,
    Restricted: POST_BOOTSTRAP_MIN_VALIDATORS,
    Emergency: EMERGENCY_VALIDATORS,
    BootstrapRecovery: POST_BOOTSTRAP_MIN_VALIDATORS,
  };
  return Math.max(0, goals[state] - validators);
}
