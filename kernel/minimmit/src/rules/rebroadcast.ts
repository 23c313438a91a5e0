import type { Millis, View } from "@polis/codec";
import type { Vote } from "@polis/crypto";
import { stallProofViews, stallViews } from "../params.ts";
import type { Message } from "../seam/messages.ts";
import { bestProof, emit, type Proof, type ReplicaState } from "../state.ts";
import { retryHeld, rewantParents } from "./blocks.ts";
import { onFollowerStall } from "./follow.ts";
import { rewantBodies } from "./proofs.ts";
import { ownProposal } from "./propose.ts";
import { recallVotes } from "./recallVotes.ts";
import { jittered, makeStatus, noNonce, randomPeer } from "./statusMessages.ts";
import { retryTimeout } from "./timers.ts";

/** R23, first sign of trouble: in the same view for T0. Repeated every T0 ±10 % until the view is left. */
export function onRebroadcastTimer(s: ReplicaState): void {
  const { viewTimeoutMs } = s.config;
  const dueAt = s.enteredAt + viewTimeoutMs;
  if (s.now < dueAt) {
    emit(s, { kind: "setTimer", name: "rebroadcast", at: dueAt as Millis });
    return;
  }
  emit(s, { kind: "setTimer", name: "rebroadcast", at: (s.now + jittered(s, viewTimeoutMs)) as Millis });
  if (s.now - s.lastRebroadcastAt < viewTimeoutMs / 2) return;
  rebroadcast(s, false);
}

/** R23, second sign: views advance, but F lags more than 3 views behind and has not risen for T0 (T9). Checked every T0. */
export function onStallTimer(s: ReplicaState): void {
  const { viewTimeoutMs } = s.config;
  armStallTimer(s);
  retryHeld(s);
  rewantParents(s);
  rewantBodies(s);
  recallVotes(s);
  retryTimeout(s);
  s.dirty.enter = true;
  s.dirty.vote = true;
  s.dirty.late = true;
  s.dirty.propose = true;
  s.dirty.final = true;
  onFollowerStall(s);
  if (s.view - s.finalizedView > stallViews && s.now - s.finalizedRoseAt >= viewTimeoutMs) rebroadcast(s, true);
}

/** The stall check comes every T0 ±10 %, whatever the view. */
export function armStallTimer(s: ReplicaState): void {
  emit(s, { kind: "setTimer", name: "stall", at: (s.now + jittered(s, s.config.viewTimeoutMs)) as Millis });
}

/** R23: own votes, a proof of view-1, the finalization of lastFinalized, the own proposal, and a Status to one peer. */
function rebroadcast(s: ReplicaState, stalled: boolean): void {
  if (s.self === undefined) return;
  s.lastRebroadcastAt = s.now;
  const proofs: Proof[] = [];
  if (s.finalization !== undefined) proofs.push(s.finalization);
  const before = bestProof(s, (s.view - 1) as View);
  if (before !== undefined && before !== s.finalization) proofs.push(before);
  for (const proof of proofs) {
    emit(s, { kind: "broadcast", message: { kind: "certificate", certificate: proof.certificate } });
  }
  if (stalled) sendRecent(s, proofs);
  const proposal = ownProposal(s, s.view);
  if (proposal !== undefined) emit(s, { kind: "broadcast", message: proposal });
  for (const vote of ownVotes(s)) emit(s, { kind: "broadcast", message: vote });
  const status = makeStatus(s, noNonce);
  const peer = randomPeer(s);
  if (status !== undefined && peer !== undefined) emit(s, { kind: "send", to: peer, message: status });
}

/** Own votes of the view, and the notarizes that wait for a finalization: at most k, lowest views first (T20). */
function ownVotes(s: ReplicaState): readonly Vote[] {
  const votes: Vote[] = [];
  for (const view of s.signer.views()) {
    if (votes.length >= s.config.maxViewLead) break;
    const vs = s.views.get(view);
    if (view <= s.lastFinalized.view || view >= s.view || vs?.finalization !== undefined) continue;
    if (vs?.ownNotarize !== undefined) votes.push(vs.ownNotarize);
  }
  const current = s.views.get(s.view);
  if (current?.ownNotarize !== undefined) votes.push(current.ownNotarize);
  if (current?.ownNullify !== undefined) votes.push(current.ownNullify);
  return votes;
}

/** R23: every certificate held for the last 8 views, to the peers not known to hold it. */
function sendRecent(s: ReplicaState, sent: readonly Proof[]): void {
  for (let v = s.view - 1; v >= Math.max(s.view - stallProofViews, s.lastFinalized.view + 1); v--) {
    const vs = s.views.get(v as View);
    if (vs === undefined) continue;
    for (const proof of [vs.finalization, ...vs.notarizations.values(), vs.nullification]) {
      if (proof === undefined || sent.includes(proof)) continue;
      const message: Message = { kind: "certificate", certificate: proof.certificate };
      for (let to = 0; to < s.quorum.n; to++) {
        if (to !== s.self && !proof.knownBy.has(to)) emit(s, { kind: "send", to, message });
      }
    }
  }
}
