import assert from "node:assert/strict";
import { frameRules } from "@polis/net";
import { buildLimits } from "../../node/buildLimits.ts";
import { poolLimits } from "../../node/chain.ts";
import { limitsOf } from "../../node/network.ts";
import { configWith, contradicts, type Effect, passes, shownBy } from "./effect.ts";

const rate = (perSecond: number, times = 4) => ({ perSecond, burst: times * perSecond });
const hostile = "node/hostile.test.ts";
const follower = "follower/network.test.ts";

/** Whether building goes on after 60 ms of a block. */
function buildsFor60Ms(config: Parameters<typeof buildLimits>[0]): boolean {
  let nowMs = 0;
  const keepGoing = buildLimits(config, () => nowMs).keepGoing();
  assert.ok(keepGoing(), "the first transaction is always tried");
  nowMs = 60;
  return keepGoing();
}

/** Sections `p2p` and `mempool`, but for addresses. */
export const networkEffects: readonly Effect[] = [
  {
    key: "p2p.max_message_size",
    check: () => {
      const longest = (maxMessageSize: number | undefined) => frameRules(2 ** 21, maxMessageSize).get(1)?.maxBodyBytes;
      assert.equal(longest(configWith({ "p2p.max_message_size": "4 MiB" }).p2p.maxMessageSize), 4 * 2 ** 20);
      assert.equal(longest(configWith({}).p2p.maxMessageSize), 2 ** 21 + 2 ** 16);
      contradicts("p2p.max_message_size", "2 MiB").check();
    },
  },
  contradicts("p2p.total_number_peers", 7),
  contradicts("p2p.maximum_number_faulty_peers", 2),
  passes("p2p.message_backlog", 99, (c) => limitsOf(c).maxQueueFrames, 99),
  passes("p2p.consensus_rate_per_second", 9, (c) => [limitsOf(c).vote, limitsOf(c).certificate], [rate(9), rate(9)]),
  passes("p2p.tx_rate_per_second", 9, (c) => limitsOf(c).transaction, rate(9)),
  passes("p2p.sync_rate_per_second", 9, (c) => limitsOf(c).request, rate(9, 3)),
  passes("p2p.bytes_per_second", 9, (c) => limitsOf(c).bytes, rate(9)),
  passes("p2p.bootstrap_timeout_ms", 9, (c) => limitsOf(c).bootstrapTimeoutMs, 9),
  passes("p2p.ping_interval_ms", 9, (c) => limitsOf(c).pingIntervalMs, 9),
  passes("p2p.max_clock_skew", "9s", (c) => limitsOf(c).maxClockSkewMs, 9_000),
  passes("p2p.outbound", 9, (c) => limitsOf(c).outbound, 9),
  passes("p2p.rpc_mode", true, (c) => limitsOf(c).maxFollowers, 100),
  passes("p2p.max_rpc_connections", 9, (c) => limitsOf(c).maxFollowers, 9, { "p2p.rpc_mode": true }),
  shownBy("p2p.tx_broadcast_queue_size", "node/kairosNode.ts", [
    "node/gossip/transactionGossip.test.ts",
    "beyond the queue's size a transaction is spread once",
  ]),
  shownBy("p2p.cluster_id", "node/network.ts", [hostile, "hellos of another network, version or cluster are refused"]),
  shownBy("p2p.bootnodes", "node/network.ts", [follower, "a follower of a follower alone is pushed"]),
  shownBy("p2p.dns_seeds", "follower/dnsSeeds.ts", ["follower/dnsSeeds.test.ts", "N13: names give further peers"]),
  shownBy("p2p.sync_bandwidth_percent", "node/kairosNode.ts", ["node/feed/feed.test.ts", "N9: followers are answered"]),
  passes("mempool.max_transactions", 9, (c) => poolLimits(c).maxTransactions, 9),
  passes("mempool.max_bytes", 9, (c) => poolLimits(c).maxBytes, 9),
  passes("mempool.max_pending_per_sender", 9, (c) => poolLimits(c).maxPendingPerSender, 9),
  passes("mempool.max_queued_per_sender", 9, (c) => poolLimits(c).maxQueuedPerSender, 9),
  passes("mempool.max_per_fee_payer", 9, (c) => poolLimits(c).maxPerFeePayer, 9),
  passes("mempool.max_nonce_gap", 9, (c) => poolLimits(c).maxNonceGap, 9),
  passes("mempool.min_fee_cap", "9", (c) => poolLimits(c).minFeeCap, 9n),
  passes("mempool.min_replacement_bump_percent", 9, (c) => poolLimits(c).minReplacementBumpPercent, 9),
  passes("mempool.ttl", "9s", (c) => poolLimits(c).ttlMs, 9_000),
  passes("mempool.build_deadline", "70ms", buildsFor60Ms, true),
  passes("mempool.payment_lane_percent", 9, (c) => buildLimits(c, () => 0).paymentLanePercent, 9),
];
