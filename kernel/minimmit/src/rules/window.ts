import type { View } from "@polis/codec";
import type { ReplicaState } from "../state.ts";

/** Where a view lies with respect to the acceptance window (R31). */
export type WindowPlace = "below" | "inside" | "above";

/** R31: votes and proposals are processed for views in [lastFinalized.view, max(view, F) + W]. */
export function windowPlace(s: ReplicaState, view: View): WindowPlace {
  if (view < s.lastFinalized.view) return "below";
  return view <= Math.max(s.view, s.finalizedView) + s.config.futureWindow ? "inside" : "above";
}

/** R31: votes held per signer, 3·(W + k). */
export function voteCap(s: ReplicaState): number {
  return 3 * (s.config.futureWindow + s.config.maxViewLead);
}
