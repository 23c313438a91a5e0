import type { Digest, ValidatorIndex, View } from "@polis/codec";
import type { Vote } from "@polis/crypto";
import { newTally, observe, type ReplicaState, report, type Tally, type ViewState } from "../state.ts";
import { voteCap } from "./window.ts";

/**
 * R16: records a vote by (view, kind, digest, signer). Exact repetitions change nothing; of one signer and view the first
 * two notarize digests and one nullify are kept; beyond the signer's cap the vote of the highest view goes first (R31).
 */
export function keepVote(s: ReplicaState, vs: ViewState, vote: Vote, verified: boolean): "kept" | "duplicate" | "full" {
  const { signer } = vote;
  const held = tallyOf(vs, vote);
  if (held?.votes[signer] !== undefined) return "duplicate";
  if (vote.kind === "notarize" && vs.secondDigest[signer] !== undefined) return "duplicate";
  if (signer !== s.self && (s.voteCounts[signer] ?? 0) >= voteCap(s) && !makeRoom(s, signer, vs)) return "full";
  if (vote.kind === "notarize") {
    if (vs.firstDigest[signer] === undefined) vs.firstDigest[signer] = vote.digest;
    else vs.secondDigest[signer] = vote.digest;
  }
  const tally = held ?? newNotarizeTally(vs, vote);
  tally.votes[signer] = vote;
  tally.verified[signer] = verified;
  tally.count++;
  s.voteCounts[signer] = (s.voteCounts[signer] ?? 0) + 1;
  if (verified) noteVerified(s, signer, vote.view);
  else if (vote.view > s.claimed[signer]!) s.claimed[signer] = vote.view;
  return "kept";
}

/** The tally that a vote belongs to, if it exists. */
export function tallyOf(vs: ViewState, vote: Vote): Tally | undefined {
  return vote.kind === "nullify" ? vs.nullifies : vs.notarizes.get(vote.digest);
}

function newNotarizeTally(vs: ViewState, vote: Vote): Tally {
  if (vote.kind === "nullify") return vs.nullifies;
  const tally = newTally();
  vs.notarizes.set(vote.digest, tally);
  return tally;
}

/** Takes a vote out of its tally again. */
export function removeVote(s: ReplicaState, vs: ViewState, tally: Tally, signer: ValidatorIndex): void {
  const vote = tally.votes[signer];
  if (vote === undefined) return;
  tally.votes[signer] = undefined;
  tally.verified[signer] = false;
  tally.count--;
  s.voteCounts[signer] = s.voteCounts[signer]! - 1;
  observe(s, { what: "voteDropped", vote });
  if (vote.kind === "nullify") return;
  if (vs.firstDigest[signer] === vote.digest) vs.firstDigest[signer] = vs.secondDigest[signer];
  vs.secondDigest[signer] = undefined;
  if (tally.count === 0) vs.notarizes.delete(vote.digest);
}

/** highest[r] of kairos 4.3 rises by a verified vote; the gate of R4 may open by it. */
export function noteVerified(s: ReplicaState, signer: ValidatorIndex, view: View): void {
  if (view <= s.highest[signer]!) return;
  s.highest[signer] = view;
  if (s.highestProof >= s.view) s.dirty.enter = true;
}

/** Marks votes as verified that were part of a verified batch (K16). */
export function markVerified(s: ReplicaState, tally: Tally, votes: readonly Vote[]): void {
  for (const vote of votes) {
    tally.verified[vote.signer] = true;
    noteVerified(s, vote.signer, vote.view);
  }
}

/** K17: verifies one collected vote now. On failure it is removed and its signer becomes a suspect (K16). */
export function verifyKept(s: ReplicaState, vs: ViewState, tally: Tally, signer: ValidatorIndex): boolean {
  const vote = tally.votes[signer];
  if (vote === undefined) return false;
  if (tally.verified[signer]) return true;
  if (s.scheme.verifyVote(vote)) {
    tally.verified[signer] = true;
    noteVerified(s, signer, vote.view);
    return true;
  }
  blame(s, vs, tally, signer);
  return false;
}

/** K16: a culprit's vote leaves the tally, the peer is charged, and its later votes are verified one by one. */
export function blame(s: ReplicaState, vs: ViewState, tally: Tally, signer: ValidatorIndex): void {
  removeVote(s, vs, tally, signer);
  s.suspects.add(signer);
  report(s, signer, "CONSENSUS_BAD_VOTE");
}

/**
 * R31: one held vote of `signer` gives way to one for `place`. First goes what can complete nothing any more, a vote of a
 * nullified view (I3): else a long stretch of such views would fill the cap, and votes for the current view find no room.
 * Then goes the vote for the highest view, if that is above `place`.
 */
function makeRoom(s: ReplicaState, signer: ValidatorIndex, place: ViewState): boolean {
  if (place.nullification !== undefined) return false;
  let settled: ViewState | undefined;
  let highest: ViewState | undefined;
  for (const vs of s.views.values()) {
    if (!hasVote(vs, signer)) continue;
    if (vs.nullification !== undefined && (settled === undefined || vs.view < settled.view)) settled = vs;
    if (vs.view > place.view && (highest === undefined || vs.view > highest.view)) highest = vs;
  }
  const giver = settled ?? highest;
  if (giver === undefined) return false;
  if (giver.nullifies.votes[signer] !== undefined) removeVote(s, giver, giver.nullifies, signer);
  else {
    const digest = (giver.secondDigest[signer] ?? giver.firstDigest[signer]) as Digest;
    removeVote(s, giver, giver.notarizes.get(digest)!, signer);
  }
  return true;
}

function hasVote(vs: ViewState, signer: ValidatorIndex): boolean {
  return vs.nullifies.votes[signer] !== undefined || vs.firstDigest[signer] !== undefined;
}
