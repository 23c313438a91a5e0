import assert from "node:assert/strict";
import { test } from "node:test";
import type { PeerInfo } from "@polis/net";
import type { Chain } from "../node/chain.ts";
import { ConsensusMeter } from "./consensusMeter.ts";
import { Fills } from "./fills.ts";
import { createMetrics } from "./metrics.ts";
import { type NodeGaugesOptions, startNodeGauges } from "./nodeGauges.ts";

const chain = {
  genesis: { n: 6, f: 1 },
  ledger: {
    pool: { status: () => ({ pending: 3, queued: 2, bytes: 700 }) },
    supply: () => ({ minted: 5_000_000n, burned: 1_500_000n }),
    nextBaseFee: () => 1_000n,
  },
  storage: { freeSpace: () => ({ freeBytes: 10, totalBytes: 100, low: true }) },
} as unknown as Chain;

const peer = (index: number, height: number, more: Partial<PeerInfo> = {}) =>
  ({
    peer: index,
    up: true,
    isValidator: index < 6,
    score: 0,
    hello: { lastFinalized: { height } },
    ...more,
  }) as PeerInfo;

function gauges() {
  const metrics = createMetrics({ unknown: "throw" });
  const state = {
    clock: 1_000,
    peers: [] as PeerInfo[],
    replica: { view: 30, finalizedView: 20, lastFinalized: { view: 20, height: 12 }, sizes: () => ({ openViews: 9 }) },
    ready: false,
  };
  const nowMs = () => state.clock;
  const options = {
    ...{ metrics, chain, nowMs, poolCapacity: 100, finalAtMs: () => 400, fills: new Fills(0) },
    get replica() {
      return state.replica;
    },
    network: { peers: () => state.peers, takeQueuePeak: () => 0.25 },
    meter: new ConsensusMeter({ metrics, n: 6, self: 0, nowMs }),
    readiness: () => ({ ready: state.ready, details: [] }),
  } as unknown as NodeGaugesOptions;
  return { metrics, state, stop: startNodeGauges(options) };
}

test("the state of a node is read when its metrics are", () => {
  const { metrics, state, stop } = gauges();
  state.peers = [
    peer(1, 10),
    peer(2, 11, { score: 40 }),
    peer(3, 0, { up: false }),
    peer(7, 0),
    peer(8, 0, { score: 5 }),
  ];
  metrics.render();
  const values: readonly (readonly [string, number, Record<string, string>?])[] = [
    ["consensus_seconds_since_finalization", 0.6],
    ["consensus_non_finalized_views", 9],
    ["consensus_finalized_height", 12],
    ["p2p_validators_connected", 2],
    ["p2p_validators_required", 4],
    ["p2p_peers", 2, { role: "follower" }],
    ["p2p_peer_score", 40, { role: "validator", peer: "2" }],
    ["p2p_peer_score", 5, { role: "follower", peer: "all" }],
    ["mempool_pending_count", 3],
    ["mempool_capacity_count", 100],
    ["usdc_supply", 3.5],
    ["base_fee", 1_000],
    ["storage_free_bytes", 10],
    ["ring_buffer_utilization", 0.25, { channel: "broadcast" }],
    ["health_ready", 0],
    ["sync_height_lag", 0],
  ];
  for (const [name, value, labels] of values) assert.equal(metrics.value(name, labels), value, name);
  stop();
  state.ready = true;
  metrics.render();
  assert.equal(metrics.value("health_ready"), 0, "a node that has stopped is not read any more");
});

test("sync_height_lag: by the height of a peer, or by the views of certificates", () => {
  const { metrics, state } = gauges();
  const lag = () => {
    metrics.render();
    return metrics.value("sync_height_lag");
  };
  state.peers = [peer(1, 70)];
  assert.equal(lag(), 58);
  state.peers = [peer(1, 3)];
  state.replica.finalizedView = 28;
  assert.equal(lag(), 0, "blocks on their way to the disk are no lag");
  state.replica.finalizedView = 120;
  assert.equal(lag(), 100);
});

test("sync_blocks_per_second is taken over a second at least", () => {
  const { metrics, state } = gauges();
  const rate = () => {
    metrics.render();
    return metrics.value("sync_blocks_per_second");
  };
  metrics.count("sync_blocks_total", 500);
  state.clock = 1_500;
  assert.equal(rate(), 0);
  state.clock = 3_000;
  assert.equal(rate(), 250);
  state.clock = 5_000;
  assert.equal(rate(), 0);
});
