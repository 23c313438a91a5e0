import { type Millis, millis } from "@polis/codec";
import type { RatedCall } from "./rates.ts";

/** Score of a new peer, and the one that all drift to (kratos-core 12.9). */
export const INITIAL_SCORE = 100;
/** Twice the first score: a long good past buys no more than a few faults. */
export const MAX_SCORE = 200;
/** Far enough below the limit for a disconnect that more says nothing. */
const MIN_SCORE = -1_000;
/** One point of drift. */
const DRIFT_MS = 60_000;

/** What is known of a peer, connected or remembered. */
export interface PeerRecord {
  score: number;
  /** Until when the drift is counted in. */
  driftedAt: Millis;
  /** Times of state roots that did not match, at most three. */
  mismatches: readonly Millis[];
  /** The last requests of each kind, and the times of those that were a flood. */
  requests: ReadonlyMap<string, readonly RatedCall[]>;
  violations: readonly Millis[];
  provenHeight: number;
  connected: boolean;
  /** It has no chain yet. */
  joining: boolean;
  /** When it was connected last. */
  seenAt: Millis;
}

/** A peer that nothing is known of. */
export function newPeer(now: Millis): PeerRecord {
  return {
    ...{ score: INITIAL_SCORE, driftedAt: now, mismatches: [], requests: new Map(), violations: [], provenHeight: 0 },
    ...{ connected: false, joining: false, seenAt: now },
  };
}

/** Moves the score towards 100 by one for each minute that has passed; a clock that went back counts as no time. */
export function drift(record: PeerRecord, now: Millis): void {
  if (now < record.driftedAt) record.driftedAt = now;
  const steps = Math.trunc((now - record.driftedAt) / DRIFT_MS);
  record.driftedAt = millis(record.driftedAt + steps * DRIFT_MS);
  const distance = INITIAL_SCORE - record.score;
  record.score += Math.sign(distance) * Math.min(steps, Math.abs(distance));
}

/** Adds points within the bounds. */
export function addScore(record: PeerRecord, points: number): void {
  record.score = Math.max(MIN_SCORE, Math.min(MAX_SCORE, record.score + points));
}
