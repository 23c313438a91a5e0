import type { Millis } from "@polis/codec";
import type { ClockStatus } from "@polis/slots";
import type { Json } from "../api/json.ts";
import type { PeerName } from "../wire/link.ts";
import { DriftWindow } from "./driftWindow.ts";
import { emergencyLimits, NetworkEmergency, normalLimits } from "./limits.ts";
import { type ClockMemory, clockJson, readClockJson } from "./memory.ts";

/** Another status than before. */
export interface ClockChange {
  readonly from: ClockStatus;
  readonly to: ClockStatus;
}

/** kratos-core 11.2. */
const GRACE_MS = 3_600_000;
/** Fewer samples have no median that one wrong clock could not set. */
const MIN_SAMPLES = 5;
const GOOD_TO_LEAVE_DEGRADED = 3;
const GOOD_TO_RECOVER = 5;
/** The weight of a new value in the average is one of so many. */
const WEIGHT = 10;
/** Without blocks of others for so long the chain stands, and statuses show whether the clock is good. */
const STANDSTILL_MS = 60_000;

/**
 * How right the clock of this node is, by what its peers show (kratos-core 11.2). It guards production of this node and nothing
 * else (I42). Integers only. `now` is wall time: what is judged is the clock that slots are read from.
 */
export class LocalClock {
  #memory: ClockMemory;
  readonly #window = new DriftWindow();
  readonly #network = new NetworkEmergency();
  #blockSeenAt: Millis | undefined;

  /** @param saved what `json` gave before the restart; anything else begins anew */
  constructor(saved: Json | undefined) {
    this.#memory = readClockJson(saved);
  }

  /** A fresh block of another author came. @param slotStart Unix milliseconds of the start of its slot */
  observeBlock(now: Millis, slotStart: Millis): ClockChange | undefined {
    this.#blockSeenAt = now;
    return this.#observe(now, now - slotStart, undefined, true);
  }

  /**
   * A peer told its time.
   * @param sentAt when it was asked, so that half of the way can be taken off
   */
  observeStatus(now: Millis, peer: PeerName, unixTimeMs: Millis, sentAt: Millis | undefined): ClockChange | undefined {
    this.#blockSeenAt ??= now;
    const onTheWay = sentAt === undefined ? 0 : Math.max(0, now - sentAt);
    const driftMs = now - Math.trunc(onTheWay / 2) - unixTimeMs;
    const stands = now < this.#blockSeenAt || now - this.#blockSeenAt >= STANDSTILL_MS;
    return this.#observe(now, driftMs, peer, stands);
  }

  /** How many validators are Degraded or Excluded on chain, of how many: many switch to the wider limits. */
  observeNetwork(now: Millis, unwell: number, validators: number): void {
    this.#network.observe(now, unwell, validators);
  }

  get status(): ClockStatus {
    return this.#memory.status;
  }

  /** False while Excluded or Recovering. */
  get mayProduce(): boolean {
    return this.status === "Healthy" || this.status === "Degraded";
  }

  /** Median drift in milliseconds: positive when this clock is ahead, or when blocks come late. */
  get driftMs(): number {
    return this.#window.median();
  }

  /** Smoothed |drift| in milliseconds, rounded down. */
  get averageMs(): number {
    return Math.floor(this.#memory.averageUs / 1_000);
  }

  /** The form of `clock_getHealth` and of `clock_health.json`. */
  json(): { readonly [key: string]: Json } {
    return clockJson(this.#memory, {
      driftMs: this.driftMs,
      samples: this.#window.size,
      emergency: this.#network.active,
    });
  }

  /** @param isObservation whether it counts for the streak of good observations */
  #observe(now: Millis, driftMs: number, peer: PeerName | undefined, isObservation: boolean): ClockChange | undefined {
    const { observedAt } = this.#memory;
    // After a long gap, or after the clock went back as far, the first sample says where the clock stands now (3.6).
    const isBaseline = observedAt !== undefined && Math.abs(now - observedAt) > GRACE_MS;
    if (isBaseline) this.#begin();
    if (!isBaseline && !this.#window.add(now, driftMs, peer)) return undefined;
    this.#memory = { ...this.#memory, observedAt: now, observations: this.#memory.observations + 1 };
    if (isBaseline) return undefined;
    if (this.#window.size >= MIN_SAMPLES) this.#smooth();
    if (isObservation) this.#count(Math.abs(driftMs));
    return this.#judge(now);
  }

  /** What was measured before says nothing any more. */
  #begin(): void {
    this.#window.clear();
    this.#memory = { ...this.#memory, averageUs: 0, good: 0 };
  }

  /** In microseconds, so that a tenth of a millisecond is not lost. */
  #smooth(): void {
    const { averageUs } = this.#memory;
    const difference = Math.abs(this.#window.median()) * 1_000 - averageUs;
    this.#memory = { ...this.#memory, averageUs: averageUs + Math.trunc(difference / WEIGHT) };
  }

  #count(measuredMs: number): void {
    const isGood = measuredMs < this.#limits.good;
    this.#memory = { ...this.#memory, good: isGood ? this.#memory.good + 1 : 0 };
  }

  get #limits() {
    return this.#network.active ? emergencyLimits : normalLimits;
  }

  #judge(now: Millis): ClockChange | undefined {
    const from = this.status;
    const to = this.#next();
    if (to === from) return undefined;
    const { lifetime } = this.#memory;
    this.#memory = {
      ...this.#memory,
      ...{ status: to, since: now, good: 0 },
      lifetime: {
        changes: lifetime.changes + 1,
        exclusions: lifetime.exclusions + (to === "Excluded" ? 1 : 0),
        recoveries: lifetime.recoveries + (from === "Recovering" && to === "Healthy" ? 1 : 0),
      },
    };
    // What the good observations have outweighed shall not count again.
    if (to === "Healthy") this.#begin();
    return { from, to };
  }

  /** The table of kratos-core 11.2. */
  #next(): ClockStatus {
    const { status, averageUs, good } = this.#memory;
    const { healthy, degraded, recovery } = this.#limits;
    const isOver = (limitMs: number) => averageUs > limitMs * 1_000;
    switch (status) {
      case "Healthy":
        if (isOver(degraded)) return "Excluded";
        return isOver(healthy) ? "Degraded" : status;
      case "Degraded":
        if (isOver(degraded)) return "Excluded";
        return good >= GOOD_TO_LEAVE_DEGRADED ? "Healthy" : status;
      case "Excluded":
        return averageUs < recovery * 1_000 ? "Recovering" : status;
      case "Recovering":
        if (isOver(degraded)) return "Excluded";
        return good >= GOOD_TO_RECOVER ? "Healthy" : status;
    }
  }
}
