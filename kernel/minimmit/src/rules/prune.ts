import type { Digest } from "@polis/codec";
import type { ReplicaState, ViewState } from "../state.ts";
import { rewantParents } from "./blocks.ts";
import { rewantBodies } from "./proofs.ts";

/**
 * R24: after finalizing in a view, everything of lower views leaves the working state, and with it all blocks that do not
 * descend from the finalized one. The finalization itself is kept: it answers whoever is further behind (T21).
 */
export function prune(s: ReplicaState): void {
  const { view } = s.lastFinalized;
  for (const vs of s.views.values()) {
    if (vs.view >= view) continue;
    uncount(s, vs);
    s.views.delete(vs.view);
  }
  for (const late of s.late) if (late <= view) s.late.delete(late);
  s.pendingFinal = s.pendingFinal.filter((pending) => pending > view);
  s.future = s.future.filter((held) => held.view > view);
  pruneBlocks(s);
  if (s.syncTop.height < s.lastFinalized.height) s.syncTop = s.lastFinalized;
  rewantParents(s);
  rewantBodies(s);
  s.dirty.enter = true;
  s.dirty.propose = true;
}

function uncount(s: ReplicaState, vs: ViewState): void {
  for (const tally of [vs.nullifies, ...vs.notarizes.values()]) {
    for (const vote of tally.votes) if (vote !== undefined) s.voteCounts[vote.signer] = s.voteCounts[vote.signer]! - 1;
  }
}

/** Blocks in order of view, so that a dropped parent is gone before its children are looked at. */
function pruneBlocks(s: ReplicaState): void {
  const { view, digest } = s.lastFinalized;
  const dropped = new Set<Digest>();
  const entries = [...s.blocks.values()].sort((a, b) => a.info.view - b.info.view);
  for (const { info, block } of entries) {
    if (info.digest === digest) continue;
    const foreign =
      info.view <= view ||
      info.parentView < view ||
      (info.parentView === view && info.parentDigest !== digest) ||
      dropped.has(info.parentDigest);
    if (!foreign) continue;
    dropped.add(info.digest);
    s.blocks.delete(info.digest);
    s.blockBytes -= block.length;
  }
  for (const [parent, children] of s.waiting) {
    const left = children.filter((child) => s.blocks.has(child));
    if (left.length === 0) s.waiting.delete(parent);
    else s.waiting.set(parent, left);
  }
}
