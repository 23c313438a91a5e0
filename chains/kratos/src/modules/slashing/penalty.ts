import {
  type Digest,
  digestOf,
  epoch,
  type Krat12,
  kceCounter,
  kceDigest,
  kceRecord,
  kceU32,
  krat12,
} from "@polis/codec";
import type { AccountId } from "../../identifiers.ts";
import { kceKrat } from "../../kce.ts";
import type { BlockContext } from "../../runtime/context.ts";
import { defineEvent, type EventKind } from "../../runtime/event.ts";
import type { State } from "../../state/state.ts";
import { accounts } from "../accounts/account.ts";
import { credits, totalCredits } from "../credits/creditRecord.ts";
import { settleDecay } from "../credits/decayCredits.ts";
import { removeCredits } from "../credits/removeCredits.ts";
import { burn, countBonded } from "../economics/economicsState.ts";
import { setCredits } from "../participation/participationModule.ts";
import { effectsOf } from "../security/effects.ts";
import { floorInForce } from "../security/graces.ts";
import { security } from "../security/securityState.ts";
import { unbondings } from "../staking/unbonding.ts";
import { changeValidator } from "../validators/activeSet.ts";
import { isLastOne } from "../validators/reputation.ts";
import { leaveSet } from "../validators/unregisterValidator.ts";
import { type Validator, validators } from "../validators/validator.ts";
import { kceSeverity, offences, type Severity, withOffence } from "./offences.ts";

/** Fields of event 213. */
export interface Penalty {
  readonly offender: AccountId;
  /** Zero for a failure of liveness. */
  readonly offenceId: Digest;
  readonly severity: Severity;
  /** Whose amounts are in force: the block of the offence. */
  readonly rulesBlock: number;
  readonly stake: Krat12;
  readonly credits: number;
}

/** Event 213 (institutions 12). */
export const PenaltyApplied: EventKind<Penalty> = defineEvent(
  213,
  "PenaltyApplied",
  kceRecord({
    offender: kceDigest,
    offenceId: kceDigest,
    severity: kceSeverity,
    rulesBlock: kceCounter,
    stake: kceKrat,
    credits: kceU32,
  }),
);

interface Scale {
  readonly creditsPercent: number;
  /** Stake in bps at the first, second and every further offence. */
  readonly stakeBps: readonly [bigint, bigint, bigint];
  readonly cooldownEpochs: number;
}

/** kratos-core 8.1. */
const scales: Readonly<Record<Severity, Scale>> = {
  Critical: { creditsPercent: 50, stakeBps: [500n, 1_250n, 2_000n], cooldownEpochs: 52 },
  High: { creditsPercent: 25, stakeBps: [100n, 300n, 500n], cooldownEpochs: 12 },
  Medium: { creditsPercent: 10, stakeBps: [0n, 50n, 100n], cooldownEpochs: 0 },
  Low: { creditsPercent: 5, stakeBps: [0n, 0n, 0n], cooldownEpochs: 0 },
};

const BPS = 10_000n;
const REPUTATION = 20;
/** Decayed Critical offences that end a place (kratos-core 8.4). */
const EJECTING = 3;

/** What is punished: an offence with an id, or a failure of liveness. */
export interface Offence {
  readonly severity: Severity;
  readonly offenceId: Digest | undefined;
  readonly rulesBlock: number;
}

/**
 * Punishes a validator (kratos-core 8.4): credits first, then stake and open unbonding entries, which are burned.
 * @returns whether there was anything to take
 */
export function punish(context: BlockContext, account: AccountId, offence: Offence): boolean {
  const { state, block, emit } = context;
  const { severity } = offence;
  const before = state.get(validators.of(account));
  if (before === undefined) return false;
  const { leniency } = effectsOf(state.get(security).state);
  const counts = withOffence(state.get(offences.of(account)), severity, block.epoch);
  state.set(offences.of(account), counts);
  const removedCredits = takeCredits(context, account, severity);
  const step = leniency ? 0 : Math.min(counts[severity].count, 3) - 1;
  const stake = takeStake(context, account, scales[severity].stakeBps[step]!);
  const marked: Validator = {
    ...before,
    stake: state.get(accounts.of(account)).bonded,
    reputation: Math.max(0, before.reputation - REPUTATION),
    slashCount: before.slashCount + 1,
    totalSlashed: krat12(before.totalSlashed + stake),
  };
  const isLenient = leniency && offence.offenceId === undefined;
  const judged = isLenient ? stillAble(marked) : sentenced(context, marked, severity);
  changeValidator(context, before, judged);
  const isEjected = severity === "Critical" && !isLenient && counts.Critical.count >= EJECTING;
  if (isEjected) changeValidator(context, judged, { ...gone(context, judged), ejected: true });
  const id = offence.offenceId ?? digestOf(new Uint8Array(32));
  const { rulesBlock } = offence;
  emit(PenaltyApplied.of({ offender: account, offenceId: id, severity, rulesBlock, stake, credits: removedCredits }));
  return removedCredits > 0 || stake > 0n;
}

/** Whether a Critical offence of an account would still take something. */
export function hasSomethingToLose(state: State, account: AccountId): boolean {
  const { bonded } = state.get(accounts.of(account));
  const parts = [bonded, ...state.get(unbondings.of(account)).map(({ amount }) => amount)];
  const [first] = scales.Critical.stakeBps;
  return totalCredits(state.get(credits.of(account))) > 0 || parts.some((part) => part * first >= BPS);
}

/** Where liveness jails nobody: at reputation 0 it could neither take part nor, being Active, come back. */
function stillAble(validator: Validator): Validator {
  return { ...validator, reputation: Math.max(1, validator.reputation) };
}

/** One who has left already leaves nothing more: what it has bonded since is no stake of a validator. */
function gone(context: BlockContext, validator: Validator): Validator {
  return validator.status === "Unbonding" ? validator : leaveSet(context, validator);
}

/**
 * Jail for grave offences, a lost place for too little stake, jail at reputation 0 (kratos-core 4.5, 8.4). One who has left
 * gets the cooldown alone: its record goes with its last unbonding entry.
 */
function sentenced(context: BlockContext, validator: Validator, severity: Severity): Validator {
  const { state, block } = context;
  const { cooldownEpochs } = scales[severity];
  if (cooldownEpochs > 0) {
    const status = validator.status === "Unbonding" ? "Unbonding" : "Jailed";
    const cooldownUntil = epoch(Math.max(validator.cooldownUntil ?? 0, block.epoch + cooldownEpochs));
    return { ...validator, status, cooldownUntil };
  }
  if (validator.status !== "Active") return validator;
  const isBelow = validator.stake < floorInForce(state, block.number) && !validator.isBootstrap;
  if (!isBelow && validator.reputation > 0) return validator;
  // Automatic penalties never take the last one.
  if (isLastOne(context, validator)) return stillAble(validator);
  if (isBelow) return { ...validator, status: "Slashed" };
  return { ...validator, status: "Jailed", cooldownUntil: epoch(block.epoch + scales.High.cooldownEpochs) };
}

/** Half up, at most all (kratos-core 8.4). */
function takeCredits(context: BlockContext, account: AccountId, severity: Severity): number {
  const { state, block } = context;
  const stored = state.get(credits.of(account));
  if (stored === undefined) return 0;
  const record = settleDecay(stored, block.epoch);
  const scaled = totalCredits(record) * scales[severity].creditsPercent + 50;
  const amount = Math.min(totalCredits(record), (scaled - (scaled % 100)) / 100);
  setCredits(context, account, removeCredits(record, amount));
  return amount;
}

function takeStake({ state }: BlockContext, account: AccountId, bps: bigint): Krat12 {
  const before = state.get(accounts.of(account));
  const bonded = (before.bonded * bps) / BPS;
  let unbonding = 0n;
  const entries = state.get(unbondings.of(account)).map((entry) => {
    const part = (entry.amount * bps) / BPS;
    unbonding += part;
    return { ...entry, amount: krat12(entry.amount - part) };
  });
  if (bonded + unbonding === 0n) return krat12(0n);
  if (entries.length > 0) state.set(unbondings.of(account), entries);
  state.set(accounts.of(account), {
    ...before,
    bonded: krat12(before.bonded - bonded),
    unbonding: krat12(before.unbonding - unbonding),
  });
  countBonded(state, -bonded);
  burn(state, krat12(bonded + unbonding));
  return krat12(bonded + unbonding);
}
