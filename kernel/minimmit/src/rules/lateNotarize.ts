import type { Digest, View } from "@polis/codec";
import type { ReplicaState } from "../state.ts";
import { castNotarize } from "./castVote.ts";
import { missingForParent } from "./proofs.ts";

/**
 * R13: for views that were left by a notarization before this replica could vote: exactly one notarization, no
 * nullification, no vote of ours, and now the block is executed here and its parent valid. The only vote for a past view.
 */
export function tryLateNotarize(s: ReplicaState): void {
  for (const view of s.late) {
    if (view >= s.view) continue;
    const verdict = judge(s, view);
    if (verdict === "wait") continue;
    if (verdict === "never" || castNotarize(s, view, verdict, true)) s.late.delete(view);
  }
}

function judge(s: ReplicaState, view: View): Digest | "wait" | "never" {
  const vs = s.views.get(view);
  if (vs === undefined || !s.signer.maySign(view)) return s.signer.canVote ? "never" : "wait";
  if (s.signer.notarized(view) !== undefined || s.signer.nullified(view)) return "never";
  if (vs.nullification !== undefined || vs.notarizations.size > 1) return "never";
  const digest = (vs.finalization ?? vs.notarizations.values().next().value)?.certificate.digest;
  if (digest === undefined) return "wait";
  if (vs.finalization !== undefined && vs.notarizations.size === 1 && !vs.notarizations.has(digest)) return "never";
  const entry = s.blocks.get(digest);
  if (entry?.status !== "executed") return entry?.status === "invalid" ? "never" : "wait";
  const missing = missingForParent(s, view, entry.info.parentView, entry.info.parentDigest);
  if (missing === undefined) return "never";
  return missing.length === 0 ? digest : "wait";
}
