import type { View } from "@polis/codec";
import type { Restored } from "../seam/setup.ts";
import { emit, isProven, nobody, observe, type Proof, type ReplicaState, viewAt } from "../state.ts";
import { holdBlock } from "./blocks.ts";
import { enter } from "./enterView.ts";
import { askForHead } from "./follow.ts";
import { gateAllows } from "./gate.ts";
import { askStatuses, isJournalLost } from "./lostJournal.ts";
import { storeProof } from "./proofs.ts";
import { armStallTimer } from "./rebroadcast.ts";
import { recallVotes } from "./recallVotes.ts";
import { makeStatus, noNonce } from "./statusMessages.ts";

/**
 * R1, R26: a first start enters view 1; a restart loads proofs, bodies and its own votes, resumes the highest journalled
 * view, or 1 + the highest proven view when that is larger and R4 permits, and tells everybody where it is.
 */
export function start(s: ReplicaState, restored: Restored): void {
  if (s.started) return;
  s.started = true;
  s.startedAt = s.now;
  s.lastRebroadcastAt = s.now;
  s.nextRequestId = firstRequestId(s);
  loadProofs(s, restored);
  loadBlocks(s, restored);
  const resumed = s.signer.views().at(-1) ?? (0 as View);
  recallVotes(s);
  const proven = highestEntry(s);
  enter(s, proven !== undefined && proven > resumed ? proven : (Math.max(resumed, 1) as View));
  armStallTimer(s);
  if (restored.journal === "fresh" && s.self !== undefined) {
    // R27: a journal exists from here on, so that a later start can tell a held one from a lost one.
    emit(s, { kind: "persist", records: [], proofs: [], blocks: [], safeView: s.signer.safeView });
  }
  if (isJournalLost(s)) {
    observe(s, { what: "journalLost", safeView: undefined });
    askStatuses(s);
  }
  askForHead(s);
  const status = makeStatus(s, noNonce);
  if (status !== undefined) emit(s, { kind: "broadcast", message: status });
}

/** Certificates from the own disk are verified like any other: a damaged row is left out (testing CO). */
function loadProofs(s: ReplicaState, restored: Restored): void {
  const { finalization, lastFinalized } = restored;
  if (finalization?.digest === lastFinalized.digest && s.scheme.verifyCertificate(finalization)) {
    s.finalization = { certificate: finalization, persisted: true, knownBy: new Set() } satisfies Proof;
    const vs = viewAt(s, lastFinalized.view);
    vs.finalization = s.finalization;
    vs.seed = finalization.seed;
  }
  for (const certificate of restored.proofs) {
    if (certificate.epoch !== s.config.epoch || certificate.view <= lastFinalized.view) continue;
    if (!s.scheme.verifyCertificate(certificate)) continue;
    storeProof(s, certificate, s.self ?? nobody, false).persisted = true;
  }
}

function loadBlocks(s: ReplicaState, restored: Restored): void {
  for (const { digest, block } of restored.blocks) {
    const inspected = s.deps.inspect(block);
    if (!inspected.ok || inspected.value.digest !== digest) continue;
    if (inspected.value.view > s.lastFinalized.view) holdBlock(s, inspected.value, block, true);
  }
}

/** 1 + the highest view with a stored proof that R4 permits to leave; the last finalized view is always proven. */
function highestEntry(s: ReplicaState): View | undefined {
  const views = [...s.views.keys(), s.lastFinalized.view].sort((a, b) => b - a);
  for (const view of views) {
    const w = (view + 1) as View;
    if (isProven(s, view) && gateAllows(s, w)) return w;
  }
  return undefined;
}

/** Request ids start at random, so that a late reply to an earlier run of this node matches nothing. */
function firstRequestId(s: ReplicaState): number {
  const bytes = s.deps.randomBytes32();
  return 1 + ((bytes[0]! << 16) | (bytes[1]! << 8) | bytes[2]!) * 2 ** 20;
}
