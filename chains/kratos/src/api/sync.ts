import type { KratosBackend } from "./backend.ts";

/** Below this height a node is synced only when nothing is missing (kratos-core 13.3). */
const YOUNG_CHAIN = 10;
/** Gaps above are far behind (kratos-core 12.11). */
const FAR_BEHIND = 1_000;

/** Blocks that a peer has proved and this node has not. */
export function syncGap(node: KratosBackend): number {
  return Math.max(0, node.peers().bestHeight - node.reader.tree.head.header.number);
}

/** Gap 0 on a young chain, at most 1 later. */
export function isSynced(node: KratosBackend): boolean {
  return syncGap(node) <= (node.reader.tree.head.header.number < YOUNG_CHAIN ? 0 : 1);
}

/** The state of `system_syncState`. */
export function syncState(node: KratosBackend): "synced" | "syncing" | "far_behind" {
  const gap = syncGap(node);
  if (gap === 0) return "synced";
  return gap > FAR_BEHIND ? "far_behind" : "syncing";
}
