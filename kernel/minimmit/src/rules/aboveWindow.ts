import type { View } from "@polis/codec";
import type { Vote } from "@polis/crypto";
import type { Peer } from "../seam/events.ts";
import { type ReplicaState, report } from "../state.ts";
import { unprovenViews, wantProofs } from "./proofFetch.ts";
import { requestStatus } from "./statusMessages.ts";
import { noteVerified } from "./voteBook.ts";

/**
 * R31: a vote above the window is never stored. At most one per signer and second is verified; an authentic one raises
 * highest[signer], so that the gate of R4 works far behind, and makes this replica ask where the others are.
 */
export function onVoteAboveWindow(s: ReplicaState, vote: Vote, from: Peer): void {
  if (from !== vote.signer || s.now - (s.aboveWindowAt[vote.signer] ?? -1000) < 1000) return;
  s.aboveWindowAt[vote.signer] = s.now;
  if (!s.scheme.verifyVote(vote)) {
    report(s, from, "CONSENSUS_BAD_VOTE");
    return;
  }
  noteVerified(s, vote.signer, vote.view);
  s.ahead = from;
  if (s.self !== undefined) requestStatus(s, from);
  const target = (vote.view - 1) as View;
  wantProofs(
    s,
    "above",
    () => [...unprovenViews(s, target, target + 1), ...unprovenViews(s, s.view, s.view + s.config.maxViewLead)],
    from,
  );
}
