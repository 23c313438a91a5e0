import { epoch, kceDigest, kceEnumeration, kceRecord, kceU32 } from "@polis/codec";
import type { AccountId } from "../../identifiers.ts";
import type { BlockContext } from "../../runtime/context.ts";
import { defineEvent, type EventKind } from "../../runtime/event.ts";
import type { Module } from "../../runtime/module.ts";
import { type CreditKind, type CreditRecord, creditKinds, credits } from "../credits/creditRecord.ts";
import { settleDecay } from "../credits/decayCredits.ts";
import { earnSeniority, earnUptime } from "../credits/earnCredits.ts";
import { type DutyCount, epochData, PARTICIPATION_WINDOW } from "../epoch/epochData.ts";
import { effectsOf } from "../security/effects.ts";
import { security } from "../security/securityState.ts";
import { participated } from "./duties.ts";

/** Fields of event 15. */
export interface CreditsChange {
  readonly account: AccountId;
  readonly component: CreditKind;
  readonly old: number;
  readonly new: number;
}

/** Event 15. */
export const CreditsChanged: EventKind<CreditsChange> = defineEvent(
  15,
  "CreditsChanged",
  kceRecord({ account: kceDigest, component: kceEnumeration([...creditKinds]), old: kceU32, new: kceU32 }),
);

/** Uptime, seniority and decay of Active validators, and the participation of the epoch that ends (kratos-core 3.7 (2a)). */
export const participationModule: Module = {
  name: "participation",
  events: [CreditsChanged],
  epoch: { participation: closeEpoch },
};

function closeEpoch(context: BlockContext): void {
  const { state, block } = context;
  const data = state.get(epochData);
  const { creditFactor } = effectsOf(state.get(security).state);
  const duties = new Map(data.epochDuties.map((duty) => [duty.account, duty]));
  for (const account of data.active) reward(context, account, duties.get(account), creditFactor);
  const bps = Number((10_000n * BigInt(data.blocks)) / BigInt(block.params.slotsPerEpoch));
  state.update(epochData, (now) => ({
    ...now,
    participationBps: [...now.participationBps, bps].slice(-PARTICIPATION_WINDOW),
  }));
}

function reward(context: BlockContext, account: AccountId, duty: DutyCount | undefined, factor: number): void {
  const { state, block } = context;
  const before = state.get(credits.of(account));
  if (before === undefined) return;
  const ended = epoch(block.epoch - 1);
  const earned = participated(duty) === true ? earnUptime(before, factor, ended) : before;
  setCredits(context, account, settleDecay(earnSeniority(earned, block.epoch), block.epoch));
}

/** Replaces a record of credits and says what changed. */
export function setCredits({ state, emit }: BlockContext, account: AccountId, after: CreditRecord): void {
  const before = state.get(credits.of(account));
  state.set(credits.of(account), after);
  for (const component of creditKinds) {
    const old = before?.[component] ?? 0;
    if (old !== after[component]) emit(CreditsChanged.of({ account, component, old, new: after[component] }));
  }
}
