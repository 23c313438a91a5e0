import type { ReplicaState } from "../state.ts";
import { viewAt } from "../state.ts";
import { countOwn } from "./castVote.ts";

/**
 * Own votes of before a restart count again (T12): they are signed anew, with the same bytes. What a signer that does not
 * answer leaves out is tried again later.
 */
export function recallVotes(s: ReplicaState): void {
  for (const view of s.signer.views()) {
    if (view <= s.lastFinalized.view) continue;
    const digest = s.signer.notarized(view);
    const known = s.views.get(view);
    if (digest !== undefined && known?.ownNotarize === undefined) {
      const signed = s.signer.notarize(view, digest);
      if (signed !== undefined) {
        viewAt(s, view).ownNotarize = signed.vote;
        countOwn(s, signed.vote);
      }
    }
    if (s.signer.nullified(view) && known?.ownNullify === undefined) {
      const signed = s.signer.nullify(view);
      if (signed !== undefined) {
        viewAt(s, view).ownNullify = signed.vote;
        countOwn(s, signed.vote);
      }
    }
  }
}
