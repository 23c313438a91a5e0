import type { Readiness } from "../telemetry/healthServer.ts";
import { FIRST_BULK_TYPE, type NodeRole, type RoleFacts } from "./role.ts";

/**
 * The role of a node with a key of the validator list. Followers may ask it for blocks and send it transactions; they neither vote nor
 * count toward readiness (kairos N16).
 * @param n validators: peers of a lower number
 */
export function createValidatorRole(n: number): NodeRole {
  return {
    name: "validator",
    requiredPeers: (_n, f) => Math.max(0, n - f - 1),
    capabilities: () => 0,
    admits: (peer, type) => (peer < n ? type !== 0x30 : type >= FIRST_BULK_TYPE && type !== 0x30),
    onLink: (peer) => peer.isValidator,
    pace: (execution) => execution,
    readiness,
  };
}

/** Blocks are on their way to the disk for a moment; this many views mean that they are missing here. */
const BEHIND_VIEWS = 8;

/** Ready: enough validators are connected, no blocks are missing, and finality has moved lately (kairos O1). */
function readiness(facts: RoleFacts): Readiness {
  const { peers, n, f, finalizedHeight, view, lastView, knownView, silentMs, stallAfterMs } = facts;
  const validators = peers.filter(({ up, isValidator }) => up && isValidator).length;
  const required = Math.max(0, n - f - 1);
  const synced = knownView <= lastView + BEHIND_VIEWS;
  const details = [
    `validators connected: ${validators} of ${required} required`,
    `finalized height: ${finalizedHeight}, view: ${view}`,
    `seconds since finalization: ${Math.floor(silentMs / 1000)}`,
    synced ? "synced" : `catching up: finalized in view ${lastView}, finality is known up to view ${knownView}`,
  ];
  return { ready: validators >= required && synced && silentMs < stallAfterMs, details };
}
