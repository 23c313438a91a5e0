import { type View, validatorIndex } from "@polis/codec";
import type { Peer } from "../seam/events.ts";
import type { Status, StatusRequest } from "../seam/messages.ts";
import { emit, type ReplicaState, report } from "../state.ts";
import { collectStatus } from "./lostJournal.ts";
import { unprovenViews, wantProofs } from "./proofFetch.ts";
import { makeStatus } from "./statusMessages.ts";

/** Answers with a signed Status that echoes the nonce. A follower and a replica under R27 stay silent. */
export function onStatusRequest(s: ReplicaState, message: StatusRequest, from: Peer): void {
  if (message.nonce.length !== 32) {
    report(s, from, "CONSENSUS_MALFORMED");
    return;
  }
  const status = makeStatus(s, message.nonce);
  if (status !== undefined) emit(s, { kind: "send", to: from, message: status });
}

/**
 * Where a peer is. One that is behind our last finalized view gets that finalization (R24), one that is ahead is asked for
 * its proofs (R28). Its proof of view-1 is a certificate like any other (R22). Signed answers to our own nonces count for
 * R27; a Status proves nothing else, so nothing else is done with its claims.
 */
export function onStatus(s: ReplicaState, message: Status, from: Peer): void {
  if (message.epoch !== s.config.epoch || message.signer >= s.quorum.n || message.signer === s.self) return;
  const asked = s.nonces.has(message.nonce.toHex());
  if (asked) {
    const { epoch, view, lastFinalizedView, lastFinalizedDigest, nonce } = message;
    const claim = { epoch, view, lastFinalizedView, lastFinalizedDigest, nonce };
    if (!s.scheme.verifyStatus(message.signer, claim, message.sig)) {
      report(s, from, "CONSENSUS_BAD_STATUS");
      return;
    }
    collectStatus(s, validatorIndex(message.signer), message.view);
  }
  if (from !== message.signer) return;
  if (message.proof !== undefined) {
    s.queue.push({ kind: "certificate", certificate: message.proof, from, source: "link" });
  }
  if (message.lastFinalizedView < s.lastFinalized.view && s.finalization !== undefined && s.self !== undefined) {
    emit(s, { kind: "send", to: from, message: { kind: "certificate", certificate: s.finalization.certificate } });
  }
  if (message.lastFinalizedView > s.finalizedView) wantView(s, message.lastFinalizedView, "final", from);
  else if (message.proof === undefined && message.view > s.view + 1)
    wantView(s, (message.view - 1) as View, "tip", from);
}

function wantView(s: ReplicaState, view: View, key: string, from: Peer): void {
  wantProofs(s, key, () => (view <= s.finalizedView ? [] : unprovenViews(s, view, view + 1)), from);
}
