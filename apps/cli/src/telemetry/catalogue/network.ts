import { counter, each, gauge, histogram, type MetricSpec } from "./spec.ts";

/** Metrics of peers and of catching up (kairos 19.1). */
export const networkMetrics = {
  p2p_peers: gauge("Peers whose links are up.", ["role"], each("role", ["validator", "follower"])),
  p2p_validators_connected: gauge("Other validators whose links are up."),
  p2p_validators_required: gauge("Other validators that must be connected for progress, n-f-1 (N12)."),
  p2p_peer_score: gauge("Penalty points of a peer (N8); of followers, the highest.", ["role", "peer"]),
  p2p_rtt_seconds: histogram("Round trips of pings.", ["role"]),
  p2p_bytes_total: counter("Bytes of frames, headers included.", ["direction", "type"]),
  p2p_frames_total: counter("Frames.", ["direction", "type"]),
  p2p_dropped_total: counter("Frames left out: queue full, clock skew or budget (N5, N7, N10).", ["reason", "type"]),
  p2p_penalties_total: counter("Penalty points given to peers, by fault (N8).", ["reason"]),
  p2p_refused_total: counter("Connections refused before they were up.", ["reason"]),
  p2p_closed_total: counter("Connections that ended, by reason.", ["reason"]),
  p2p_throttled_total: counter("Times that a validator came under penalty."),
  p2p_banned_total: counter("Times that a follower was banned."),
  sync_blocks_total: counter("Blocks that peers sent because this node had asked."),
  sync_blocks_per_second: gauge("Such blocks in a second, over the last ones."),
  sync_height_lag: gauge(
    "Blocks by which the highest known peer is ahead; views, where only the views of certificates are known.",
  ),
} as const satisfies Record<string, MetricSpec>;
