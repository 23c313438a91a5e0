import type { ValidatorIndex, View } from "@polis/codec";
import { isProven, type ReplicaState } from "../state.ts";
import { unprovenViews, wantProofs } from "./proofFetch.ts";
import { verifyKept } from "./voteBook.ts";

/**
 * R4: whether this replica may enter `w`: (a) w ≤ F + k, or (b) verified votes for views ≥ w-k of at least L distinct
 * replicas, itself included. When unverified votes could decide it, they are verified now (K17).
 */
export function gateAllows(s: ReplicaState, w: View): boolean {
  const { maxViewLead } = s.config;
  if (w <= s.finalizedView + maxViewLead) return true;
  const low = w - maxViewLead;
  let known = 0;
  let possible = 0;
  for (let r = 0; r < s.quorum.n; r++) {
    if (s.highest[r]! >= low) known++;
    if (Math.max(s.highest[r]!, s.claimed[r]!) >= low) possible++;
  }
  if (known >= s.quorum.l) return true;
  return possible >= s.quorum.l && verifyClaims(s, low) >= s.quorum.l;
}

/** The highest view at or above `view` that R3 and R4 let this replica enter below `denied`, or undefined. */
export function highestAllowed(s: ReplicaState, denied: View): View | undefined {
  const sorted = [...s.highest].sort((a, b) => b - a);
  const bound = Math.max(s.finalizedView, sorted[s.quorum.l - 1] ?? 0) + s.config.maxViewLead;
  let best: View | undefined;
  for (const vs of s.views.values()) {
    const w = (vs.view + 1) as View;
    if (w > s.view && w <= bound && w < denied && (best === undefined || w > best) && isProven(s, vs.view)) best = w;
  }
  return best;
}

/** R4: while denied, ask those ahead for the proofs that are lacking of the views in [view, view + k). */
export function wantGateProofs(s: ReplicaState): void {
  const missing = (): readonly View[] =>
    s.highestProof < s.view ? [] : unprovenViews(s, s.view, s.view + s.config.maxViewLead);
  wantProofs(s, "gate", missing, s.ahead);
}

function verifyClaims(s: ReplicaState, low: number): number {
  let known = 0;
  for (let r = 0; r < s.quorum.n; r++) {
    if (s.highest[r]! < low && s.claimed[r]! >= low) verifyClaim(s, r as ValidatorIndex, low);
    if (s.highest[r]! >= low) known++;
  }
  return known;
}

/** Verifies the signer's collected votes at or above `low`, highest first, until one holds. */
function verifyClaim(s: ReplicaState, signer: ValidatorIndex, low: number): void {
  for (let v = s.claimed[signer]!; v >= low; v--) {
    const vs = s.views.get(v as View);
    if (vs === undefined) continue;
    for (const tally of [vs.nullifies, ...vs.notarizes.values()]) {
      if (tally.votes[signer] !== undefined && verifyKept(s, vs, tally, signer)) {
        s.claimed[signer] = v as View;
        return;
      }
    }
  }
  s.claimed[signer] = s.highest[signer]!;
}
