import type { Digest, View } from "@polis/codec";
import type { Certificate, Vote } from "@polis/crypto";
import type { JournalRecord, Observation, Persist } from "../seam/effects.ts";
import { bestProof, emit, isProven, observe, type Proof, type ReplicaState, viewAt } from "../state.ts";
import { noteVerified } from "./voteBook.ts";

/**
 * R11, R13: signs notarize(digest, view), makes R25's record durable, broadcasts, and counts it here too (R2).
 * @returns false when the signer did not sign; the caller tries again later
 */
export function castNotarize(s: ReplicaState, view: View, digest: Digest, late: boolean): boolean {
  const signed = s.signer.notarize(view, digest);
  if (signed === undefined) return false;
  const { vote, record } = signed;
  if (record !== undefined) emitPersist(s, [record], view, digest);
  viewAt(s, view).ownNotarize = vote;
  emit(s, { kind: "broadcast", message: vote });
  countOwn(s, vote);
  observe(s, { what: "voted", view, digest, late });
  return true;
}

/**
 * R14, R15, R21 (and nothing else, R20): signs nullify(view), makes it durable, broadcasts, and counts it here too.
 * @returns false when the signer did not sign; the caller tries again later
 */
export function castNullify(
  s: ReplicaState,
  view: View,
  reason: Extract<Observation, { what: "nullifySent" }>["reason"],
): boolean {
  const signed = s.signer.nullify(view);
  if (signed === undefined) return false;
  const { vote, record } = signed;
  if (record !== undefined) emitPersist(s, [record], view, undefined);
  viewAt(s, view).ownNullify = vote;
  emit(s, { kind: "broadcast", message: vote });
  countOwn(s, vote);
  observe(s, { what: "nullifySent", view, reason });
  return true;
}

/** R2: a vote of ours is delivered to ourselves through the same handler, before any message of the network. */
export function countOwn(s: ReplicaState, vote: Vote): void {
  noteVerified(s, vote.signer, vote.view);
  s.queue.push({ kind: "vote", vote, from: vote.signer, verified: true });
}

/**
 * R25: one durable commit with the records, the proof by which the view was entered, the certificates that the vote
 * relies on (R9) and the body of its block; each item only once in the life of the journal.
 */
export function emitPersist(
  s: ReplicaState,
  records: readonly JournalRecord[],
  view: View,
  digest: Digest | undefined,
): void {
  const proofs: Certificate[] = [];
  const take = (proof: Proof | undefined): void => {
    if (proof === undefined || proof.persisted) return;
    proof.persisted = true;
    proofs.push(proof.certificate);
  };
  const before = (view - 1) as View;
  if (before > s.lastFinalized.view && isProven(s, before)) take(bestProof(s, before));
  const blocks: { digest: Digest; block: Uint8Array }[] = [];
  const entry = digest === undefined ? undefined : s.blocks.get(digest);
  if (digest !== undefined && entry !== undefined) {
    for (const proof of reliedOn(s, view, entry.info.parentView, entry.info.parentDigest)) take(proof);
    if (!entry.persisted) {
      entry.persisted = true;
      blocks.push({ digest, block: entry.block });
    }
  }
  emit(s, { kind: "persist", records, proofs, blocks, safeView: undefined } satisfies Persist);
}

/** R9: the held proofs for building on (parentDigest, parentView) in `view`: the parent's, then nullifications, newest first. */
export function reliedOn(s: ReplicaState, view: View, parentView: View, parentDigest: Digest): readonly Proof[] {
  const proofs: Proof[] = [];
  const parent = parentView === s.lastFinalized.view ? s.finalization : notarizationOf(s, parentView, parentDigest);
  if (parent !== undefined) proofs.push(parent);
  for (let i = view - 1; i > parentView; i--) {
    const proof = s.views.get(i as View)?.nullification;
    if (proof !== undefined) proofs.push(proof);
  }
  return proofs;
}

function notarizationOf(s: ReplicaState, view: View, digest: Digest): Proof | undefined {
  const vs = s.views.get(view);
  return vs?.finalization?.certificate.digest === digest ? vs.finalization : vs?.notarizations.get(digest);
}
