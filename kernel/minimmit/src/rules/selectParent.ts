import type { Digest, View } from "@polis/codec";
import { type ReplicaState, smallest, type ViewState } from "../state.ts";

/** What R6 finds: a parent to build on, or the view at which neither a notarization nor a nullification is held. */
export type SelectedParent =
  | { readonly ok: true; readonly view: View; readonly digest: Digest }
  | { readonly ok: false; readonly missing: View };

/**
 * R6: downwards from v-1, the first view with a notarization; a view without one must have a nullification. With several
 * notarizations one whose block is executed is preferred, then the smallest digest. At lastFinalized.view it ends.
 */
export function selectParent(s: ReplicaState, v: View): SelectedParent {
  for (let i = v - 1; i > s.lastFinalized.view; i--) {
    const vs = s.views.get(i as View);
    const digest = vs === undefined ? undefined : preferred(s, vs);
    if (digest !== undefined) return { ok: true, view: i as View, digest };
    if (vs?.nullification === undefined) return { ok: false, missing: i as View };
  }
  return { ok: true, view: s.lastFinalized.view, digest: s.lastFinalized.digest };
}

function preferred(s: ReplicaState, vs: ViewState): Digest | undefined {
  if (vs.finalization !== undefined) return vs.finalization.certificate.digest;
  const digests = [...vs.notarizations.keys()];
  return smallest(digests.filter((digest) => s.blocks.get(digest)?.status === "executed")) ?? smallest(digests);
}
