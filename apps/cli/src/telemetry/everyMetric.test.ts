import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { credentials } from "@grpc/grpc-js";
import { loaded } from "../grpc/testing/looseClient.ts";
import { TestNetwork } from "../testing/network.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import { catalogue } from "./catalogue.ts";
import { channelSlots } from "./fills.ts";

/** What a healthy network with a stopped validator does not show is driven by these tests, which name the metric. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  "apps/cli/src/telemetry/consensusMeter.test.ts": [
    "consensus_gate_blocked",
    "consensus_late_votes_sent_total",
    "consensus_cascade_nullifications_total",
    "execution_root_mismatch_total",
    "usdc_supply_mismatch_total",
  ],
  "apps/cli/src/node/hostile.test.ts": [
    "consensus_evidence_total",
    "p2p_throttled_total",
    "p2p_penalties_total",
    "p2p_peer_score",
  ],
  "apps/cli/src/telemetry/nodeGauges.test.ts": ["sync_height_lag", "sync_blocks_per_second"],
  "adapters/net/src/network.test.ts": ["p2p_refused_total", "p2p_dropped_total", "p2p_banned_total"],
  "apps/cli/src/calls/callPool.test.ts": [
    "jsonrpc_calls_refused_total",
    "jsonrpc_calls_waiting",
    "jsonrpc_call_threads_ended_total",
    "worker_restarts_total",
  ],
  "adapters/rpc/src/socketServer.test.ts": [
    "jsonrpc_in_flight",
    "jsonrpc_ws_slow_closed_total",
    "jsonrpc_http_refused_total",
  ],
  "adapters/rpc/src/createJsonRpcServer.test.ts": ["jsonrpc_http_slow_closed_total"],
  "apps/cli/src/telemetry/metrics.test.ts": ["metrics_dropped_total"],
};

/** Nothing here takes this long, however busy the machine is: what does, hangs. */
const HANGS_MS = 60_000;

const root = join(import.meta.dirname, "../../../..");

test("metrics that a network shows seldom are moved by a test of their own", () => {
  for (const [file, names] of Object.entries(elsewhere)) {
    const text = readFileSync(join(root, file), "utf8");
    for (const name of names) assert.ok(text.includes(name), `${file} does not name ${name}`);
  }
});

test("every other metric moves in a network that pays, loses a validator, stands still and recovers (O2)", {
  timeout: 6 * HANGS_MS,
}, async (t) => {
  const net = await TestNetwork.generate(6, {
    settings: { rpc: { enabled: true }, metrics: { enabled: true }, consensus: consensusOf(6) },
  });
  t.after(() => net.close());
  const moved = new Set<string>();
  const look = async () => {
    for (const text of await Promise.all(alive.map((i) => scrape(net.ports.metrics + (i === 0 ? 0 : i + 1))))) {
      for (const name of nonZero(text)) moved.add(name);
    }
  };
  let alive = [0, 1, 2, 3, 4, 5];
  const until = (what: string, holds: () => boolean) =>
    waitUntil(what, HANGS_MS, async () => {
      await look();
      return holds();
    });
  await net.start();
  await net.reaches(2, HANGS_MS);

  const socket = new WebSocket(`ws://127.0.0.1:${net.ports.jsonRpc}`);
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
  const stub = new loaded.kairos.v1.SubscriptionService(`127.0.0.1:${net.ports.grpc}`, credentials.createInsecure());
  const stream = stub.SubscribeBlocks({});
  stream.on("error", () => undefined);
  await new Promise((resolve) => stream.once("data", resolve));
  const paid = net.payers.map((payer) => payer.pay(net.payers[0]!.address));
  await Promise.all(paid.map(({ raw }) => net.call(0, "eth_sendRawTransaction", raw)));
  await assert.rejects(net.call(0, "eth_sendRawTransaction", paid[0]!.raw.replace(/..$/, "00")));
  await until("payments are final", () => moved.has("execution_payments_usdc_total"));
  stream.cancel();
  stub.close();
  socket.close();

  // A nonce is left out: the payment behind the gap waits in the queue.
  net.payers[0]!.nonce++;
  await net.call(0, "eth_sendRawTransaction", net.payers[0]!.pay(net.payers[1]!.address).raw);
  await until("a queued payment", () => moved.has("mempool_queued_count"));

  // The network goes on without one, whose views end by time-out; it catches up afterwards.
  alive = [0, 1, 2, 3, 4];
  await net.stop(5);
  const before = net.height(0);
  await net.reaches(before + 12, HANGS_MS, alive);
  await until("nullified views", () => moved.has("consensus_nullifications_total"));
  alive = [0, 1, 2, 3, 4, 5];
  await net.start([5]);
  await until("the way back", () => moved.has("sync_blocks_total"));
  await net.reaches(net.height(0), HANGS_MS, [5]);

  // Without a quorum a payment stays where it is.
  alive = [0, 1, 2];
  await Promise.all([3, 4, 5].map((i) => net.stop(i)));
  const { raw } = net.payers[1]!.pay(net.payers[2]!.address);
  await net.call(0, "eth_sendRawTransaction", raw);
  await until("a pending payment", () => moved.has("mempool_pending_count"));

  const named = new Set(Object.values(elsewhere).flat());
  const still = () => [
    ...Object.keys(catalogue).filter((name) => specified.test(name) && !named.has(name) && !moved.has(name)),
    ...Object.keys(channelSlots)
      .map((channel) => `ring_buffer_utilization{channel="${channel}"}`)
      .filter((sample) => !moved.has(sample)),
  ];
  // Gauges are written once a second, so that the last of them may come a little later.
  await until("the rest", () => still().length === 0).catch(() => undefined);
  assert.deepEqual(still(), []);
  // Metrics beyond those of the specification belong to units whose own tests look at them by name.
  const texts = testTexts();
  const others = Object.keys(catalogue).filter((name) => !named.has(name) && !moved.has(name));
  assert.deepEqual(
    others.filter((name) => !texts.some((text) => text.includes(name))),
    [],
  );
});

/** Names that kairos 19.1 begins with; what it does not name begins otherwise. */
const specified =
  /^(consensus|tx|ring|mempool|execution|trie|storage|usdc|fees|base|p2p|sync|process|nodejs|worker)_|^(grpc|jsonrpc)_(requests_total|duration_seconds|in_flight)$/;

/** All other tests of the programs and adapters. */
function testTexts(): readonly string[] {
  return ["adapters", "apps"].flatMap((top) =>
    readdirSync(join(root, top), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".test.ts") && !path.includes("node_modules") && !path.includes("everyMetric"))
      .map((path) => readFileSync(join(root, top, path), "utf8")),
  );
}

/** Quick views, so that one validator's absence costs little time. */
function consensusOf(n: number) {
  return { n, f: 1, empty_block_interval: "20ms", view_timeout: "300ms" };
}

async function scrape(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  assert.equal(response.status, 200);
  return response.text();
}

/** Names of the samples that are not 0, without the prefix and the suffixes of histograms, and with their labels besides. */
function nonZero(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const sample = /^kairos_([a-z0-9_]+)(\{.*\})? (\S+)$/.exec(line);
    if (sample === null || Number(sample[3]) === 0) return [];
    const name = sample[1]!.replace(/_(bucket|sum|count)$/, (suffix) => (sample[1]! in catalogue ? suffix : ""));
    return [name, `${name}${sample[2] ?? ""}`];
  });
}
