import type { Digest, View } from "@polis/codec";
import { invariant } from "../errors.ts";
import type { Finalize, FinalizedBlock } from "../seam/effects.ts";
import { type BlockEntry, emit, type Proof, type ReplicaState, smallest } from "../state.ts";
import { diverged } from "./blocks.ts";
import { prune } from "./prune.ts";

/**
 * R18: finalizes every block whose finalization is held and which is executed, with all its unfinalized ancestors in
 * height order, in this step. The block executed means its ancestors are. This replica's own nullify does not matter.
 */
export function tryFinalize(s: ReplicaState): void {
  while (s.pendingFinal.length > 0) {
    const view = s.pendingFinal[0]!;
    const proof = s.views.get(view)?.finalization;
    invariant(proof !== undefined, `R18: the finalization of view ${view} is lost`);
    const digest = proof.certificate.digest!;
    const entry = s.blocks.get(digest);
    if (entry === undefined || entry.status !== "executed") {
      if (entry?.status === "invalid") throw diverged(entry, "rejected before");
      return;
    }
    s.pendingFinal.shift();
    finalize(s, proof, entry);
  }
}

function finalize(s: ReplicaState, proof: Proof, entry: BlockEntry): void {
  const path = pathTo(s, entry);
  const { digest, height, view } = entry.info;
  const blocks = path.map(
    ({ info }): FinalizedBlock => ({
      digest: info.digest,
      height: info.height,
      view: info.view,
      direct: info.digest === digest,
    }),
  );
  proof.persisted = true;
  const views = labels(s, path, view);
  emit(s, { kind: "finalize", blocks, certificate: proof.certificate, views, pruneBelow: view });
  // MI5: the last finalized view only ever rises.
  invariant(view > s.lastFinalized.view && height > s.lastFinalized.height, "MI5: finalization goes backwards");
  s.lastFinalized = { height, view, digest, info: entry.info };
  s.finalization = proof;
  s.signer.finalizedAt(view);
  prune(s);
}

/** The blocks from the child of lastFinalized up to `top`; a missing link would be a second chain (I1). */
function pathTo(s: ReplicaState, top: BlockEntry): readonly BlockEntry[] {
  const path: BlockEntry[] = [top];
  for (;;) {
    const { info } = path[path.length - 1]!;
    if (info.parentDigest === s.lastFinalized.digest) return path.reverse();
    const parent = s.blocks.get(info.parentDigest);
    invariant(
      parent !== undefined && parent.info.height > s.lastFinalized.height,
      `I1: view ${top.info.view} finalizes another chain than ${s.lastFinalized.digest}`,
    );
    path.push(parent);
  }
}

/** Labels for the view index: views off the path are "skipped" when they were M-notarized, else "nullified" (R24). */
function labels(s: ReplicaState, path: readonly BlockEntry[], top: View): Finalize["views"] {
  const onPath = new Set(path.map(({ info }) => info.view));
  const views: { view: View; label: "nullified" | "skipped"; digest: Digest | undefined }[] = [];
  for (let v = s.lastFinalized.view + 1; v < top; v++) {
    const view = v as View;
    if (onPath.has(view)) continue;
    const digest = smallest(s.views.get(view)?.notarizations.keys() ?? []);
    views.push({ view, label: digest === undefined ? "nullified" : "skipped", digest });
  }
  return views;
}
