import type { Peer } from "../seam/events.ts";
import type { Message } from "../seam/messages.ts";
import type { ReplicaState } from "../state.ts";
import { castNullify } from "./castVote.ts";
import { leaderOf } from "./leader.ts";

/** R15: a vote or proposal on the leader's own link shows activity, verified or not, late or not (T25). */
export function noteHeard(s: ReplicaState, message: Message, from: Peer): void {
  if (message.kind !== "notarize" && message.kind !== "nullify" && message.kind !== "propose") return;
  const sender = message.kind === "propose" ? leaderOf(s, message.view) : message.signer;
  if (sender !== from || message.epoch !== s.config.epoch) return;
  s.heardAt[from] = s.now;
  s.heardInView[from] = s.viewsEntered;
}

/**
 * R15: on entering a view whose leader has been silent for the last S views that this replica was in and for 4·T0, both
 * counted since the start (T26), nullify at once. The back-off does not change.
 */
export function fastSkip(s: ReplicaState): void {
  const { skipInactiveViews, viewTimeoutMs } = s.config;
  const leader = leaderOf(s, s.view);
  if (skipInactiveViews === 0 || leader === undefined || leader === s.self || !s.signer.maySign(s.view)) return;
  const before = s.viewsEntered - 1;
  if (before < skipInactiveViews || s.now - s.startedAt < 4 * viewTimeoutMs) return;
  if ((s.heardInView[leader] ?? 0) > before - skipInactiveViews) return;
  if (s.now - (s.heardAt[leader] ?? s.startedAt) < 4 * viewTimeoutMs) return;
  if (s.signer.notarized(s.view) !== undefined || s.signer.nullified(s.view)) return;
  castNullify(s, s.view, "inactiveLeader");
}
