import type { Digest } from "@polis/codec";
import type { CertificateKind, Vote } from "@polis/crypto";
import type { Peer } from "../seam/events.ts";
import { nobody, observe, type ReplicaState, report, type Tally, type ViewState, viewAt } from "../state.ts";
import { onVoteAboveWindow } from "./aboveWindow.ts";
import { notarizeEvidence } from "./evidence.ts";
import { storeProof } from "./proofs.ts";
import { blame, keepVote, markVerified, tallyOf } from "./voteBook.ts";
import { windowPlace } from "./window.ts";

/**
 * R16: a notarize or nullify, from its signer's own link or relayed. Recorded whether or not the block is known. A vote
 * from its own signer is collected unverified and verified with its batch; any other is verified first (K16).
 * @param verified true for our own votes and for the notarize inside an authenticated proposal.
 */
export function onVote(s: ReplicaState, vote: Vote, from: Peer, verified: boolean): void {
  const { signer, view } = vote;
  // R32: another epoch or an unknown signer leaves no trace. Our own votes come from the queue only.
  if (vote.epoch !== s.config.epoch || signer >= s.quorum.n || (signer === s.self && from !== s.self)) return;
  if (vote.sig.length !== s.scheme.voteSigBytes[vote.kind]) {
    report(s, from, "CONSENSUS_MALFORMED");
    return;
  }
  const place = windowPlace(s, view);
  if (place !== "inside") {
    observe(s, { what: "vote", result: "outOfWindow" });
    if (place === "above") onVoteAboveWindow(s, vote, from);
    return;
  }
  if (view > s.view) s.ahead = from;
  const before = s.views.get(view);
  if (before !== undefined && tallyOf(before, vote)?.votes[signer] !== undefined) {
    observe(s, { what: "vote", result: "duplicate" });
    return;
  }
  if (!verified && (from !== signer || s.suspects.has(signer))) {
    if (!s.scheme.verifyVote(vote)) {
      observe(s, { what: "vote", result: "invalid" });
      report(s, from, "CONSENSUS_BAD_VOTE");
      return;
    }
    count(s, vote, true);
    return;
  }
  count(s, vote, verified);
}

function count(s: ReplicaState, vote: Vote, verified: boolean): void {
  const vs = viewAt(s, vote.view);
  const kept = keepVote(s, vs, vote, verified);
  if (kept !== "kept") {
    observe(s, { what: "vote", result: "duplicate" });
    return;
  }
  observe(s, { what: "vote", result: "valid", vote });
  s.touched.push({ vs, digest: vote.kind === "nullify" ? undefined : vote.digest });
  if (vote.kind === "notarize" && vs.secondDigest[vote.signer] !== undefined) notarizeEvidence(s, vs, vote.signer);
  if (vs.view === s.view) s.dirty.vote = true;
  if (s.highestProof >= s.view) s.dirty.enter = true;
}

/** Combines the votes of every tally that has grown since, once all votes that came together are counted (R17-R19). */
export function combineTouched(s: ReplicaState): void {
  const { touched } = s;
  s.touched = [];
  for (const { vs, digest } of touched) {
    // A finalization in between may have pruned the view.
    if (s.views.get(vs.view) !== vs) continue;
    if (digest === undefined) tryNullification(s, vs);
    else tryNotarization(s, vs, digest);
  }
}

/** R17, R18: M votes make a notarization, L votes a finalization, in any view of the window and block known or not. */
function tryNotarization(s: ReplicaState, vs: ViewState, digest: Digest): void {
  const { m, l } = s.quorum;
  const tally = vs.notarizes.get(digest);
  if (tally === undefined || vs.finalization?.certificate.digest === digest) return;
  if (tally.count >= l && assemble(s, vs, tally, "finalization", l)) return;
  if (tally.count >= m && !vs.notarizations.has(digest)) assemble(s, vs, tally, "notarization", m);
}

/** R19: M distinct nullifies. */
function tryNullification(s: ReplicaState, vs: ViewState): void {
  if (vs.nullification !== undefined) return;
  if (vs.nullifies.count >= s.quorum.m) assemble(s, vs, vs.nullifies, "nullification", s.quorum.m);
}

/** K16: combines exactly a quorum, verified votes first, and verifies once; culprits leave the tally and it tries again. */
function assemble(s: ReplicaState, vs: ViewState, tally: Tally, kind: CertificateKind, quorum: number): boolean {
  while (tally.count >= quorum) {
    const votes = pick(tally, quorum);
    const assembled = s.scheme.assemble(kind, votes);
    if (assembled.ok) {
      markVerified(s, tally, votes);
      storeProof(s, assembled.certificate, s.self ?? nobody, true);
      return true;
    }
    if (assembled.culprits.length === 0) return false;
    for (const culprit of assembled.culprits) blame(s, vs, tally, culprit);
  }
  return false;
}

function pick(tally: Tally, quorum: number): readonly Vote[] {
  const good: Vote[] = [];
  const rest: Vote[] = [];
  for (const vote of tally.votes) {
    if (vote === undefined) continue;
    if (tally.verified[vote.signer]) good.push(vote);
    else rest.push(vote);
  }
  return good.concat(rest).slice(0, quorum);
}
