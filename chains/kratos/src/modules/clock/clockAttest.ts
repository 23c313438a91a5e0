import { kceDigest, kceRecord, krat12, type Slot } from "@polis/codec";
import type { AccountId } from "../../identifiers.ts";
import { kceSlot } from "../../kce.ts";
import { type CallKind, defineCall } from "../../runtime/call.ts";
import { defineEvent, type EventKind } from "../../runtime/event.ts";
import { validators } from "../validators/validator.ts";
import { showClock } from "./clockEvent.ts";
import { clocks, isOut } from "./clockRecord.ts";

/** Parameters of call 14. */
export interface AttestParams {
  readonly slot: Slot;
}

/** Event 12. */
export const ClockAttested: EventKind<AttestParams & { readonly account: AccountId }> = defineEvent(
  12,
  "ClockAttested",
  kceRecord({ account: kceDigest, slot: kceSlot }),
);

/** How many slots old an attested slot may be (kratos-core 11.4). */
export const MAX_ATTEST_AGE = 2;
/** After so many slots a streak starts again. */
const MAX_GAP = 100;

/** Call 14: a validator whose clock was out proves that it agrees again (kratos-core 11.4). Free; a broken rule breaks the block. */
export const ClockAttest: CallKind<AttestParams> = defineCall(14, "ClockAttest", kceRecord({ slot: kceSlot }), {
  class: "S",
  baseFee: krat12(0n),
  isFree: true,
  admit({ state, sender, block }, { slot }) {
    const clock = state.get(clocks.of(sender));
    if (state.get(validators.of(sender)) === undefined || !isOut(clock)) return "NotExcluded";
    if (slot > block.slot || slot + MAX_ATTEST_AGE < block.slot) return "AttestationTooOld";
    if (clock.lastAttestedSlot === undefined) return undefined;
    return slot <= clock.lastAttestedSlot || clock.lastAttestedIn === block.number ? "AttestedAlready" : undefined;
  },
  apply(context, { slot }) {
    const { state, sender, block, emit } = context;
    const clock = state.get(clocks.of(sender));
    const isFresh = clock.lastAttestedSlot === undefined || slot - clock.lastAttestedSlot > MAX_GAP;
    state.set(clocks.of(sender), {
      ...clock,
      goodStreak: isFresh ? 0 : clock.goodStreak,
      lastAttestedSlot: slot,
      lastAttestedIn: block.number,
    });
    emit(ClockAttested.of({ account: sender, slot }));
    showClock(context, sender, "attested");
    return undefined;
  },
});
