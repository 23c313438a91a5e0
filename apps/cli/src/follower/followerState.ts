import type { RoleFacts } from "../node/role.ts";
import { saidHeight } from "../node/saidHeight.ts";

/** What a follower is doing (kairos 14): it has not heard of the head yet, it is behind it, or it is there. */
export interface FollowerState {
  readonly name: "booting" | "syncing" | "ready";
  /** Connected peers that it can ask. */
  readonly sources: number;
  /** How high the chain is as sources said at the handshake, its own height at least: for showing, not for judging. */
  readonly targetHeight: number;
}

/** Views between the last executed block and the highest known finalization at which it counts as behind. */
const BEHIND_VIEWS = 8;

/**
 * Judged by what is verified alone: a source that says it is far ahead cannot make a follower look behind.
 * @returns the state that these facts mean
 */
export function followerState({ peers, finalizedHeight, lastView, knownView, startView }: RoleFacts): FollowerState {
  const sources = peers.filter(({ up, isValidator, isUpstream }) => up && (isValidator || isUpstream)).length;
  const targetHeight = Math.max(finalizedHeight, saidHeight(peers));
  const name = knownView === startView ? "booting" : knownView > lastView + BEHIND_VIEWS ? "syncing" : "ready";
  return { name, sources, targetHeight };
}
