import type { Replica } from "@polis/minimmit";
import type { PeerInfo, PeerNetwork } from "@polis/net";
import type { Chain } from "../node/chain.ts";
import { saidHeight } from "../node/saidHeight.ts";
import type { ConsensusMeter } from "./consensusMeter.ts";
import { channelSlots, type Fills } from "./fills.ts";
import type { Readiness } from "./healthServer.ts";
import type { MetricsRegistry } from "./metrics.ts";
import { moneyGauges } from "./moneyGauges.ts";

/** The parts of a node whose state is read when somebody asks for its metrics. */
export interface NodeGaugesOptions {
  readonly metrics: MetricsRegistry;
  readonly chain: Chain;
  readonly replica: Pick<Replica, "view" | "lastFinalized" | "finalizedView" | "sizes">;
  readonly network: Pick<PeerNetwork, "peers" | "takeQueuePeak">;
  readonly meter: ConsensusMeter;
  readonly fills: Fills;
  /** Transactions that the pool holds at the most. */
  readonly poolCapacity: number;
  /** Monotonic time of the last finalization. */
  readonly finalAtMs: () => number;
  readonly readiness: () => Readiness;
  readonly nowMs: () => number;
}

/**
 * Adds the gauges that are computed at scrape to a registry (kairos 19.1).
 * @returns ends it: the last values stay
 */
export function startNodeGauges(options: NodeGaugesOptions): () => void {
  const { metrics, chain } = options;
  const { n, f } = chain.genesis;
  const syncRate = rateOf(() => metrics.value("sync_blocks_total") ?? 0, options.nowMs());
  let isStopped = false;
  metrics.gauge("p2p_validators_required", Math.max(0, n - f - 1));
  metrics.gauge("mempool_capacity_count", options.poolCapacity);
  metrics.onRender(() => {
    if (isStopped) return;
    peers(options);
    consensus(options);
    metrics.gauge("sync_blocks_per_second", syncRate(options.nowMs()));
    moneyGauges(metrics, chain);
    const { freeBytes, totalBytes } = chain.storage.freeSpace();
    metrics.gauge("storage_free_bytes", freeBytes);
    metrics.gauge("storage_size_bytes", totalBytes);
  });
  return () => {
    isStopped = true;
  };
}

function consensus({ metrics, replica, meter, fills, finalAtMs, readiness, nowMs, chain }: NodeGaugesOptions): void {
  metrics.gauge("consensus_current_view", replica.view);
  metrics.gauge("consensus_finalized_view", replica.lastFinalized.view);
  metrics.gauge("consensus_finalized_height", replica.lastFinalized.height);
  metrics.gauge("consensus_seconds_since_finalization", Math.max(0, nowMs() - finalAtMs()) / 1_000);
  metrics.gauge("consensus_non_finalized_views", replica.sizes().openViews);
  metrics.gauge("health_ready", readiness().ready ? 1 : 0);
  meter.onRender();
  for (const [channel, part] of fills.read(nowMs())) metrics.gauge("ring_buffer_utilization", part, { channel });
  const { pending, queued, bytes } = chain.ledger.pool.status();
  metrics.gauge("mempool_pending_count", pending);
  metrics.gauge("mempool_queued_count", queued);
  metrics.gauge("mempool_bytes", bytes);
}

function peers({ metrics, network, fills, replica }: NodeGaugesOptions): void {
  const all = network.peers();
  const up = all.filter((peer) => peer.up);
  const validators = up.filter(({ isValidator }) => isValidator);
  metrics.gauge("p2p_validators_connected", validators.length);
  metrics.gauge("p2p_peers", validators.length, VALIDATOR);
  metrics.gauge("p2p_peers", up.length - validators.length, FOLLOWER);
  // A peer that misbehaves need not have both its connections up.
  for (const { peer, score, isValidator } of all) {
    if (isValidator) metrics.gauge("p2p_peer_score", score, { role: "validator", peer: String(peer) });
  }
  // Strangers come and go: one series for all of them.
  metrics.gauge("p2p_peer_score", highest(all.filter(({ isValidator }) => !isValidator)), ANY_FOLLOWER);
  fills.note("broadcast", Math.round(network.takeQueuePeak() * channelSlots.broadcast));
  metrics.gauge("sync_height_lag", heightLag(replica, up));
}

/** Views for which finalized blocks may be on their way to the disk. */
const ordinaryViews = 8;

/** Peers tell their height when they connect; later only the views of certificates tell that blocks are missing here. */
function heightLag(replica: NodeGaugesOptions["replica"], up: readonly PeerInfo[]): number {
  const { height, view } = replica.lastFinalized;
  const blocks = Math.max(0, saidHeight(up) - height);
  const views = replica.finalizedView - view;
  return Math.max(blocks, views > ordinaryViews ? views : 0);
}

/** Shortest time over which a rate is taken: two programs that scrape must not make it jump. */
const rateMs = 1_000;

function rateOf(total: () => number, startMs: number): (nowMs: number) => number {
  let [atMs, before, rate] = [startMs, total(), 0];
  return (nowMs) => {
    if (nowMs - atMs < rateMs) return rate;
    const now = total();
    rate = ((now - before) * 1_000) / (nowMs - atMs);
    [atMs, before] = [nowMs, now];
    return rate;
  };
}

function highest(followers: readonly PeerInfo[]): number {
  return Math.max(0, ...followers.map(({ score }) => score));
}

const VALIDATOR = Object.freeze({ role: "validator" });
const FOLLOWER = Object.freeze({ role: "follower" });
const ANY_FOLLOWER = Object.freeze({ role: "follower", peer: "all" });
