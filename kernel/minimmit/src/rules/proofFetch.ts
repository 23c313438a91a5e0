import type { View } from "@polis/codec";
import { maxCertificateViews } from "../params.ts";
import type { Peer } from "../seam/events.ts";
import type { FetchRequest } from "../seam/messages.ts";
import { isProven, type ReplicaState } from "../state.ts";
import { want } from "./fetch.ts";
import { missingForParent } from "./proofs.ts";

const allKinds = ["finalization", "notarization", "nullification"] as const;

/**
 * R12: asks for certificates of the views that `missing` names at the time of each attempt, at most 256 of them. A reply
 * that brings some makes the next request name only the rest, so a gap of any size closes page by page (T10, T11).
 */
export function wantProofs(
  s: ReplicaState,
  key: string,
  missing: () => readonly View[],
  source: Peer | undefined,
): void {
  const build = (): FetchRequest | undefined => {
    const views = missing().slice(0, maxCertificateViews);
    return views.length === 0 ? undefined : { kind: "certificates", views, kinds: allKinds };
  };
  want(s, `proofs:${key}`, build, source);
}

/** Views in [from, to) without any proof, ascending, at most `limit`. */
export function unprovenViews(s: ReplicaState, from: number, to: number, limit = maxCertificateViews): View[] {
  const views: View[] = [];
  const first = Math.max(from, s.lastFinalized.view + 1);
  for (let v = first; v < to && views.length < limit; v++) if (!isProven(s, v as View)) views.push(v as View);
  return views;
}

/** R12: what the pending proposal of the current view lacks by R9. */
export function wantParentProofs(s: ReplicaState, source: Peer | undefined): void {
  const missing = (): readonly View[] => {
    const seen = s.views.get(s.view)?.proposal;
    if (seen === undefined) return [];
    return missingForParent(s, s.view, seen.info.parentView, seen.info.parentDigest) ?? [];
  };
  wantProofs(s, "proposal", missing, source);
}
