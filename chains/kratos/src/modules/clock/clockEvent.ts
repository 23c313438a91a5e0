import { kceDigest, kceRecord } from "@polis/codec";
import type { ClockStatus } from "@polis/slots";
import type { AccountId } from "../../identifiers.ts";
import type { BlockContext } from "../../runtime/context.ts";
import { defineEvent, type EventKind } from "../../runtime/event.ts";
import { credits, totalCredits } from "../credits/creditRecord.ts";
import { removeCredits } from "../credits/removeCredits.ts";
import { epochData } from "../epoch/epochData.ts";
import { setCredits } from "../participation/participationModule.ts";
import { type ClockRecord, clocks, isOut, kceClockStatus } from "./clockRecord.ts";

/** Fields of event 13. */
export interface ClockChange {
  readonly account: AccountId;
  readonly from: ClockStatus;
  readonly to: ClockStatus;
}

/** Event 13. */
export const ClockStatusChanged: EventKind<ClockChange> = defineEvent(
  13,
  "ClockStatusChanged",
  kceRecord({ account: kceDigest, from: kceClockStatus, to: kceClockStatus }),
);

/** Streaks that change a status (kratos-core 11.3). */
const BAD_TO_DEGRADE = 2;
const BAD_TO_EXCLUDE = 5;
const GOOD_TO_HEAL = 3;
const ATTESTS_TO_RETURN = 5;
/** An attestation counts for the return when an epoch lies between it and the exclusion. */
const EPOCHS_OUT = 2;

/** What blocks show of a clock: a block in time or late, an empty slot, an attestation. */
export type ClockSign = "good" | "bad" | "attested";

/** Takes a sign of a validator's clock and changes its status when a streak is long enough (kratos-core 11.3). */
export function showClock(context: BlockContext, account: AccountId, sign: ClockSign): void {
  const { state } = context;
  const before = state.get(clocks.of(account));
  // A validator that is out shows its clock by attestations alone.
  if (isOut(before) !== (sign === "attested")) return;
  const isGood = sign !== "bad";
  const shown = {
    ...before,
    goodStreak: isGood ? before.goodStreak + 1 : 0,
    badStreak: isGood ? 0 : before.badStreak + 1,
  };
  const to = nextStatus(context, shown);
  if (to === before.status) state.set(clocks.of(account), shown);
  else changeStatus(context, account, shown, to);
}

function nextStatus(context: BlockContext, clock: ClockRecord): ClockStatus {
  const { epoch } = context.block;
  switch (clock.status) {
    case "Healthy":
      return clock.badStreak >= BAD_TO_DEGRADE ? "Degraded" : "Healthy";
    case "Degraded":
      if (clock.goodStreak >= GOOD_TO_HEAL) return "Healthy";
      return clock.badStreak >= BAD_TO_EXCLUDE && hasRoom(context) ? "Excluded" : "Degraded";
    case "Excluded":
      return epoch >= (clock.lastExclusionEpoch ?? 0) + EPOCHS_OUT ? "Recovering" : "Excluded";
    case "Recovering":
      return clock.goodStreak >= ATTESTS_TO_RETURN ? "Healthy" : "Recovering";
  }
}

/** Fewer than ⌊(n-1)/3⌋ are out, so that more than two thirds always remain (I41). */
function hasRoom({ state }: BlockContext): boolean {
  const { active } = state.get(epochData);
  const out = active.filter((account) => isOut(state.get(clocks.of(account)))).length;
  const n = active.length - 1;
  return out < (n - (n % 3)) / 3;
}

function changeStatus(context: BlockContext, account: AccountId, clock: ClockRecord, to: ClockStatus): void {
  const { state, block, emit } = context;
  const isExclusion = to === "Excluded";
  state.set(clocks.of(account), {
    ...clock,
    status: to,
    goodStreak: 0,
    badStreak: 0,
    sinceEpoch: block.epoch,
    clockSyncFailures: clock.clockSyncFailures + (isExclusion ? 1 : 0),
    lastExclusionEpoch: isExclusion ? block.epoch : clock.lastExclusionEpoch,
  });
  const record = state.get(credits.of(account));
  if (isExclusion && record !== undefined && totalCredits(record) > 0) {
    setCredits(context, account, removeCredits(record, 1));
  }
  emit(ClockStatusChanged.of({ account, from: clock.status, to }));
}

/** Counts a slot that its leader could not use because it is out. */
export function countExcludedSlot({ state }: BlockContext, account: AccountId): void {
  state.update(clocks.of(account), (clock) => ({ ...clock, totalExcludedSlots: clock.totalExcludedSlots + 1 }));
}
