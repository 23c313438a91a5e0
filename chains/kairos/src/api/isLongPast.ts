import type { Height } from "@polis/codec";
import type { KairosBackend } from "./backend.ts";

/**
 * Heights behind the last final one whose states are still read in the node's own thread. Each of their rows of history is
 * decoded once, and clients ask for them most, because they name the height that was the latest.
 */
const nearHeights = 16;

/**
 * Whether a state is so far back that a value in it is searched by a job (`StateJob`): a row of history for every later height
 * is looked through, thousands in ten minutes (kairos 6.4), and no client may hold up consensus for seconds (J7).
 */
export function isLongPast(node: Pick<KairosBackend, "finalizedHeight">, at: Height): boolean {
  return node.finalizedHeight() - at > nearHeights;
}
