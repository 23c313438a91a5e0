import type { Millis } from "@polis/codec";
import { emit, type ReplicaState, type ViewState } from "../state.ts";
import { castNotarize } from "./castVote.ts";
import { isFarBehind, wantBlock } from "./fetch.ts";
import { wantParentProofs } from "./proofFetch.ts";
import { missingForParent } from "./proofs.ts";

/**
 * R11, second half: votes for the first authenticated proposal of the current view once its parent is valid (R9) and the
 * block is executed here (R10, T5). What is missing is fetched (R12); the proposal stays pending meanwhile.
 */
export function tryVote(s: ReplicaState): void {
  const { view } = s;
  const vs = s.views.get(view);
  const seen = vs?.proposal;
  if (vs === undefined || seen === undefined || vs.tooLate || !s.signer.maySign(view)) return;
  if (s.signer.notarized(view) !== undefined || s.signer.nullified(view)) return;
  const entry = s.blocks.get(seen.info.digest);
  if (entry?.status === "invalid") return;
  if (!vs.parentOk) {
    const missing = missingForParent(s, view, seen.info.parentView, seen.info.parentDigest);
    if (missing === undefined) return;
    if (missing.length > 0) {
      wantParentProofs(s, seen.from);
      wantFromVoters(s, vs);
      return;
    }
    vs.parentOk = true;
  }
  if (entry === undefined) {
    if (!isFarBehind(s)) wantBlock(s, seen.info.digest, view, seen.from);
    return;
  }
  if (entry.status === "executed" && timeIsRight(s, vs, seen.info.timeMs))
    castNotarize(s, view, seen.info.digest, false);
}

/** B5: too early is tried again when its time comes; too late means no vote of this replica here (R13 may follow). */
function timeIsRight(s: ReplicaState, vs: ViewState, timeMs: Millis): boolean {
  const wall = s.deps.wallMs();
  const early = timeMs - wall - s.config.maxClockDriftFutureMs;
  if (early > 0) {
    emit(s, { kind: "setTimer", name: "early", at: (s.now + Math.min(early, s.config.maxViewTimeoutMs)) as Millis });
    return false;
  }
  if (timeMs < wall - s.config.maxClockDriftPastMs) vs.tooLate = true;
  return !vs.tooLate;
}

/** R12: f+1 verified notarizes mean that a correct replica has the proofs; those voters are asked as well. */
function wantFromVoters(s: ReplicaState, vs: ViewState): void {
  const tally = vs.notarizes.get(vs.proposal!.info.digest);
  const voters = tally?.votes.filter((vote) => vote !== undefined && tally.verified[vote.signer]) ?? [];
  if (voters.length <= s.quorum.f) return;
  for (const vote of voters) wantParentProofs(s, vote!.signer);
}
