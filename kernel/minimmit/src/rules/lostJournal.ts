import type { Millis, ValidatorIndex, View } from "@polis/codec";
import { emit, observe, type ReplicaState } from "../state.ts";
import { requestStatus } from "./statusMessages.ts";

/** R27: true while a key is configured and its journal is lost: the replica follows, and asks the others where they are. */
export function isJournalLost(s: ReplicaState): boolean {
  return s.self !== undefined && !s.signer.canVote;
}

/** R27: asks everybody for a signed Status with a fresh nonce, again every T0 until enough have answered. */
export function askStatuses(s: ReplicaState): void {
  if (!isJournalLost(s)) return;
  requestStatus(s, undefined);
  emit(s, { kind: "setTimer", name: "status", at: (s.now + s.config.viewTimeoutMs) as Millis });
}

/**
 * R27: one verified answer. With n-f-1 distinct other validators, V is the (f+1)-th highest view among them, so that at
 * least one correct replica claims V or more, and the safe view is V + k + 1. A fresh journal that records it is written
 * before any vote. With n = 1 nobody can answer, and the operator must accept the loss.
 */
export function collectStatus(s: ReplicaState, signer: ValidatorIndex, view: View): void {
  if (!isJournalLost(s) || signer === s.self) return;
  const before = s.statusViews.get(signer);
  if (before === undefined || view > before) s.statusViews.set(signer, view);
  const { n, f } = s.quorum;
  if (n === 1 || s.statusViews.size < n - f - 1) return;
  const sorted = [...s.statusViews.values()].sort((a, b) => b - a);
  const safeView = (sorted[f]! + s.config.maxViewLead + 1) as View;
  s.signer.openAt(safeView);
  emit(s, { kind: "persist", records: [], proofs: [], blocks: [], safeView });
  observe(s, { what: "journalLost", safeView });
  s.dirty.vote = true;
  s.dirty.late = true;
  s.dirty.propose = true;
}
