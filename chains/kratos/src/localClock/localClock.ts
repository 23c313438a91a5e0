import type { Millis } from "@polis/codec";
import type { ClockStatus } from "@polis/slots";
import type { Json } from "../api/json.ts";
import type { PeerName } from "../wire/link.ts";

/** Another status than before. */
export interface ClockChange {
  readonly from: ClockStatus;
  readonly to: ClockStatus;
}

/**
 * How right the clock of this node is, by what its peers show (kratos-core 11.2). It guards production of this node and nothing
 * else (I42). Integers only.
 */
export class LocalClock {
  /** @param saved what `json` gave before the restart; anything else begins anew */
  constructor(_saved: Json | undefined) {
    throw new Error("not written yet");
  }

  /** A fresh block of another author came. @param slotStart Unix milliseconds of the start of its slot */
  observeBlock(_now: Millis, _slotStart: Millis): ClockChange | undefined {
    throw new Error("not written yet");
  }

  /** A peer told its time. @param sentAt when it was asked, so that half of the way can be taken off */
  observeStatus(
    _now: Millis,
    _peer: PeerName,
    _unixTimeMs: Millis,
    _sentAt: Millis | undefined,
  ): ClockChange | undefined {
    throw new Error("not written yet");
  }

  /** How many validators are Degraded or Excluded on chain, of how many: many switch to the wider limits. */
  observeNetwork(_now: Millis, _unwell: number, _validators: number): void {
    throw new Error("not written yet");
  }

  get status(): ClockStatus {
    throw new Error("not written yet");
  }

  /** False while Excluded or Recovering. */
  get mayProduce(): boolean {
    throw new Error("not written yet");
  }

  /** Median drift in milliseconds: positive when this clock is ahead. */
  get driftMs(): number {
    throw new Error("not written yet");
  }

  /** The form of `clock_getHealth` and of `clock_health.json`. */
  json(): { readonly [key: string]: Json } {
    throw new Error("not written yet");
  }
}
