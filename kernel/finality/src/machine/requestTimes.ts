import type { Millis } from "@polis/codec";
import type { FinalityPeer } from "../seam/events.ts";

const REQUEST_INTERVAL_MS = 1_000;
/** Peers whose requests are timed. */
const MAX_TIMED_PEERS = 1_000;

/** True once a second for each peer. */
export function mayNow(times: Map<FinalityPeer, Millis>, peer: FinalityPeer, now: Millis): boolean {
  const last = times.get(peer);
  if (last !== undefined && now - last < REQUEST_INTERVAL_MS) return false;
  if (times.size >= MAX_TIMED_PEERS) times.clear();
  times.set(peer, now);
  return true;
}
