import type { Millis, View } from "@polis/codec";
import { emit, observe, type ReplicaState } from "../state.ts";
import { fastSkip } from "./fastSkip.ts";
import { gateAllows, highestAllowed, wantGateProofs } from "./gate.ts";
import { leaderOf } from "./leader.ts";
import { startViewTimer } from "./timers.ts";

/**
 * R3: a proof of some view u ≥ view is held, so enter u+1, the highest that R4 allows; views in between need no proof.
 * What R4 denies is remembered by `highestProof` and tried again whenever votes, proofs or F change.
 */
export function tryEnter(s: ReplicaState): void {
  if (s.highestProof < s.view) return;
  const wanted = (s.highestProof + 1) as View;
  if (gateAllows(s, wanted)) {
    enter(s, wanted);
    return;
  }
  observe(s, { what: "gate", blocked: true });
  const allowed = highestAllowed(s, wanted);
  if (allowed !== undefined) enter(s, allowed);
  wantGateProofs(s);
}

/** Makes `w` the current view: timer (R14), fast skip (R15), and the proposal if this replica leads (R7). */
export function enter(s: ReplicaState, w: View): void {
  s.view = w;
  s.enteredAt = s.now;
  s.viewsEntered++;
  s.future = s.future.filter((held) => held.view > w);
  const leader = leaderOf(s, w);
  if (leader !== undefined) observe(s, { what: "entered", view: w, leader });
  startViewTimer(s);
  emit(s, { kind: "setTimer", name: "rebroadcast", at: (s.now + s.config.viewTimeoutMs) as Millis });
  s.leading = undefined;
  s.dirty.vote = true;
  s.dirty.late = true;
  s.dirty.propose = true;
  fastSkip(s);
}
