import type { View } from "@polis/codec";
import type { ReplicaEvent } from "../seam/events.ts";
import type { ReplicaState } from "../state.ts";
import { want } from "./fetch.ts";

/** A link has come up or gone: fetches go to connected peers first, and a follower asks a new one where the head is. */
export function onLink(s: ReplicaState, event: Extract<ReplicaEvent, { kind: "link" }>): void {
  const { peer, up, finalizedHeight } = event;
  s.linkUp[peer] = up;
  s.saidHeight[peer] = up ? finalizedHeight : undefined;
  if (!up || !s.started || s.self !== undefined) return;
  // What nobody could be asked for has waited for this.
  for (const item of s.fetches.values()) {
    if (item.inFlight.every((id) => s.requests.get(id)?.expired !== false)) item.queued = true;
  }
  askForHead(s);
}

/**
 * L1, N17: nobody sends votes to a follower. It learns of finality by what is pushed to it, and asks for a finalization
 * above its own when it has just met a peer or nothing has come for T0: any certificate request for a view at or below
 * the last finalized one is answered by that finalization (R24).
 */
export function askForHead(s: ReplicaState): void {
  if (s.self !== undefined) return;
  const above = (s.finalizedView + 1) as View;
  const request = { kind: "certificates", views: [above], kinds: ["finalization"] } as const;
  want(s, "head", () => (s.finalizedView < above ? request : undefined), undefined);
}

/** The stall timer of a follower (R23 has replicas tell each other; a follower can only ask). */
export function onFollowerStall(s: ReplicaState): void {
  if (s.now - s.finalizedRoseAt >= s.config.viewTimeoutMs) askForHead(s);
}
