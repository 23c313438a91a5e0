import type { ReplicaEffect } from "@polis/minimmit";

/**
 * What waits behind an unfinished `persist`. Replies and finalizations do too: both may rest on a certificate that holds
 * this node's own vote, whose record is still on its way to the disk.
 */
export type Waiting = Extract<ReplicaEffect, { kind: "persist" | "broadcast" | "send" | "reply" | "finalize" }>;

/** True for effects that must be applied in order behind every earlier `persist` (R25). */
export function mustWait(effect: ReplicaEffect): effect is Waiting {
  const { kind } = effect;
  return kind === "broadcast" || kind === "send" || kind === "persist" || kind === "finalize" || kind === "reply";
}
