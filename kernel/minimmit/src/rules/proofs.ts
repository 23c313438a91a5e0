import type { Digest, View } from "@polis/codec";
import type { Certificate } from "@polis/crypto";
import { invariant } from "../errors.ts";
import { fetchGraceMs } from "../params.ts";
import type { Peer } from "../seam/events.ts";
import { emit, isNotarized, nobody, observe, type Proof, type ReplicaState, type ViewState, viewAt } from "../state.ts";
import { rewantParents } from "./blocks.ts";
import { isFarBehind, wantBlock } from "./fetch.ts";
import { noteVerified } from "./voteBook.ts";

/** The held proof equal in kind, view and digest, or the finalization that makes a notarization superfluous (R22). */
export function heldProof(s: ReplicaState, certificate: Certificate): Proof | undefined {
  const vs = s.views.get(certificate.view);
  if (vs === undefined) return undefined;
  if (certificate.kind === "nullification") return vs.nullification;
  const final = vs.finalization;
  if (final !== undefined && final.certificate.digest === certificate.digest) return final;
  return certificate.kind === "notarization" ? vs.notarizations.get(certificate.digest!) : undefined;
}

/**
 * R17–R19: stores a verified certificate, forwards it once and marks what may follow: entering the next view (R3), a vote
 * (R11, R13), a proposal (R7), finalization (R18). A nullification of a past view has no other effect (R19).
 */
export function storeProof(s: ReplicaState, certificate: Certificate, from: Peer, forward: boolean): Proof {
  const vs = viewAt(s, certificate.view);
  const proof: Proof = { certificate, persisted: false, knownBy: new Set([from]) };
  if (certificate.kind === "nullification") vs.nullification = proof;
  else if (certificate.kind === "notarization") vs.notarizations.set(certificate.digest!, proof);
  else {
    invariant(vs.finalization === undefined, `I8: view ${vs.view} has two finalizations`);
    vs.finalization = proof;
  }
  // I3: with at most f faulty replicas no view has both; going on would risk a fork.
  invariant(vs.nullification === undefined || vs.finalization === undefined, `I3: view ${vs.view} has both proofs`);
  noteCertificate(s, vs, certificate, from);
  if (forward && s.self !== undefined) emit(s, { kind: "broadcast", message: { kind: "certificate", certificate } });
  if (certificate.kind !== "nullification") certified(s, vs, certificate.digest!, from);
  if (certificate.kind === "finalization") finalizationStored(s, vs.view);
  s.dirty.vote = true;
  s.dirty.late = true;
  s.dirty.propose = true;
  return proof;
}

function noteCertificate(s: ReplicaState, vs: ViewState, certificate: Certificate, from: Peer): void {
  const { view } = vs;
  vs.seed ??= certificate.seed;
  if (view > s.highestProof) s.highestProof = view;
  if (view >= s.view) {
    if (from !== nobody && from !== s.self) s.ahead = from;
    s.dirty.enter = true;
  }
  // R4: in an accountable scheme the bitmap says who has voted in this view.
  for (const signer of s.scheme.signers(certificate) ?? []) noteVerified(s, signer, view);
  observe(s, { what: "certificate", certificate, own: from === s.self });
}

/** A digest with M or L votes: its body is wanted (R17, T5), and the view may deserve a late notarize (R13). */
function certified(s: ReplicaState, vs: ViewState, digest: Digest, from: Peer): void {
  if (vs.view > s.highestNotarized) s.highestNotarized = vs.view;
  s.late.add(vs.view);
  const body = s.blocks.get(digest);
  // The certificate vouches for the ancestors of a body that waits for them.
  if (body?.status === "held") rewantParents(s);
  if (body !== undefined || isFarBehind(s)) return;
  // The proposal itself may be on its way still; with another proposal in hand, this one will not come from its leader.
  const grace = vs.proposal === undefined ? fetchGraceMs : 0;
  wantBlock(s, digest, vs.view, from === nobody || from === s.self ? voterOf(s, vs, digest) : from, grace);
}

/** R12: someone who voted for the digest, other than this replica. */
export function voterOf(s: ReplicaState, vs: ViewState, digest: Digest): Peer | undefined {
  const tally = vs.notarizes.get(digest);
  const voter = tally?.votes.find((vote) => vote !== undefined && vote.signer !== s.self);
  return voter?.signer;
}

/** R18: F rises, the back-off ends (R14), and the block is final as soon as it is executed. */
function finalizationStored(s: ReplicaState, view: View): void {
  s.backoff = 0;
  if (view > s.finalizedView) {
    s.finalizedView = view;
    s.finalizedRoseAt = s.now;
    s.dirty.enter = true;
  }
  if (view > s.lastFinalized.view && !s.pendingFinal.includes(view)) {
    s.pendingFinal.push(view);
    s.pendingFinal.sort((a, b) => a - b);
  }
  s.dirty.final = true;
}

/** R9: the first things that `validParent(view, (digest, parentView))` lacks; empty when it holds, undefined when it cannot. */
export function missingForParent(
  s: ReplicaState,
  view: View,
  parentView: View,
  parentDigest: Digest,
): readonly View[] | undefined {
  if (parentView >= view || parentView < s.lastFinalized.view) return undefined;
  if (parentView === s.lastFinalized.view && parentDigest !== s.lastFinalized.digest) return undefined;
  const missing: View[] = [];
  if (!isNotarized(s, parentView, parentDigest)) missing.push(parentView);
  for (let i = parentView + 1; i < view && missing.length < 256; i++) {
    if (s.views.get(i as View)?.nullification === undefined) missing.push(i as View);
  }
  return missing;
}

/** R12: asks again for certified bodies that are missing; after a range sync and by R23. */
export function rewantBodies(s: ReplicaState): void {
  if (isFarBehind(s)) return;
  for (const view of s.late) {
    const vs = s.views.get(view);
    if (vs === undefined) continue;
    for (const digest of vs.notarizations.keys()) wantBlock(s, digest, view, voterOf(s, vs, digest));
  }
}
