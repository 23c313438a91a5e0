import type { RoleFacts } from "../node/role.ts";

/** What a follower is doing (kairos 14): it has not heard of the head yet, it is behind it, or it is there. */
export interface FollowerState {
  readonly name: "booting" | "syncing" | "ready";
  /** Connected peers that it can ask. */
  readonly sources: number;
  /** The highest height that a source says is final, its own at least. Known from handshakes, so it may be a bit old. */
  readonly targetHeight: number;
}

/** Views between the last executed block and the highest known finalization at which it counts as behind. */
const BEHIND_VIEWS = 8;
/** Heights below what a source said at the handshake, at which it counts as behind. */
const BEHIND_HEIGHTS = 2;

/** @returns the state that these facts mean */
export function followerState({ peers, finalizedHeight, lastView, knownView }: RoleFacts): FollowerState {
  const sources = peers.filter(({ up, isValidator, isUpstream }) => up && (isValidator || isUpstream));
  const said = sources.map(({ hello }) => hello?.lastFinalized.height ?? 0);
  const targetHeight = Math.max(finalizedHeight, ...said);
  const behind = knownView > lastView + BEHIND_VIEWS || targetHeight > finalizedHeight + BEHIND_HEIGHTS;
  const heard = sources.length > 0 || knownView > lastView;
  return { name: !heard ? "booting" : behind ? "syncing" : "ready", sources: sources.length, targetHeight };
}
