/** The greatest score (kratos-core 12.5). */
export const MAX_SCORE = 1_000;
/** The score of a peer that is heard of for the first time. */
export const INITIAL_SCORE = 500;

/** Changes of a score (kratos-core 12.5). */
export const scoreChanges = {
  heartbeat: 10,
  hourPresent: 5,
  provenValidator: 50,
  missedHeartbeat: -20,
  badTimestamp: -50,
  invalidSignature: -100,
  failedDialBack: -100,
} as const;

/** Why a score changed. */
export type ScoreEvent = keyof typeof scoreChanges;

/** A score after an event, within the scale. */
export function changedScore(score: number, event: ScoreEvent): number {
  return Math.max(0, Math.min(MAX_SCORE, score + scoreChanges[event]));
}

/** The classes of kratos-core 12.5: first choice, good, last choice, not listed. */
export type PeerClass = "excellent" | "good" | "marginal" | "poor";

/** The class of a score. */
export function classOf(score: number): PeerClass {
  if (score >= 800) return "excellent";
  if (score >= 500) return "good";
  return score >= 200 ? "marginal" : "poor";
}
