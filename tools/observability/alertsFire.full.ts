import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { createHealthServer } from "../../apps/cli/src/telemetry/healthServer.ts";
import { createMetrics } from "../../apps/cli/src/telemetry/metrics.ts";
import { freePorts } from "../../apps/cli/src/testing/freePorts.ts";
import { TestNetwork } from "../../apps/cli/src/testing/network.ts";
import { waitUntil } from "../../apps/cli/src/testing/waitUntil.ts";
import { dashboards } from "./dashboards/dashboardFiles.ts";
import { readAlertRules } from "./testing/alertRules.ts";
import { Prometheus } from "./testing/prometheus.ts";
import { quickRules } from "./testing/quickRules.ts";

const installed = spawnSync("prometheus", ["--version"]).error === undefined;
const skip = installed ? false : "prometheus is not installed: apt-get install prometheus";

/** These come from a real network whose validators stop; the others from a program whose numbers are set by hand. */
const byNetwork = ["ConsensusStalled", "NodeDown", "ValidatorQuorumAtRisk", "HighNullificationRate"];

test("under the real Prometheus every panel shows something and every alert fires once (O3)", {
  skip,
  timeout: 120_000,
}, async (t) => {
  const fired = new Set<string>();
  const [port, scripted] = [await freePorts(2), createMetrics({ unknown: "throw" })];
  const endpoint = await createHealthServer({ host: "127.0.0.1", port: 0 }, scripted, () => ({
    ready: true,
    details: [],
  }));
  t.after(() => endpoint.close());
  const net = await TestNetwork.generate(6, {
    settings: {
      metrics: { enabled: true },
      rpc: { enabled: true },
      consensus: { n: 6, f: 1, empty_block_interval: "20ms", view_timeout: "300ms" },
    },
  });
  t.after(() => net.close());
  const targets = net.made.nodes.map(({ index }) => {
    return [`validator-${index}`, net.ports.metrics + (index === 0 ? 0 : index + 1)] as const;
  });
  const prometheus = new Prometheus(port, quickRules(), [...targets, ["scripted", endpoint.address.port]]);
  t.after(() => prometheus.close());
  await Promise.all([prometheus.ready(), net.start()]);
  await net.reaches(20);

  const firing = async () => {
    const alerts = (await prometheus.alerts()).filter(({ state }) => state === "firing");
    for (const { labels, annotations } of alerts) {
      fired.add(`${labels.alertname} ${labels.instance === "scripted" ? "scripted" : "network"}`);
      assert.ok(annotations.summary?.startsWith(`${labels.instance}: `), annotations.summary ?? "no summary");
    }
  };
  const until = (what: string, names: readonly string[]) =>
    waitUntil(what, 30_000, async () => {
      await firing();
      return names.every((name) => fired.has(name));
    });

  // In order first, then in trouble: counters rise from the zero that they had at the start.
  healthy(scripted);
  const quietFrom = performance.now();
  await waitUntil("ten quiet scrapes", 10_000, async () => {
    await firing();
    return performance.now() - quietFrom > 5_000;
  });
  assert.deepEqual(
    [...fired].filter((alert) => !ofTheMachine.has(alert)),
    [],
    "nothing is wrong yet",
  );
  await use(net);
  await everyPanelShows(prometheus);

  const trouble = setInterval(() => troubled(scripted), 100);
  t.after(() => clearInterval(trouble));
  await net.stop(5);
  await until("the alert of a network without one validator", ["NodeDown network"]);
  // A sixth of the views is not yet alarming; a third is, and four validators finalize nothing.
  await net.stop(4);
  await until(
    "the alerts of a network without a quorum",
    byNetwork.map((name) => `${name} network`),
  );
  const others = readAlertRules()
    .map(({ alert }) => alert)
    .filter((name) => !byNetwork.includes(name));
  await until(
    "the scripted alerts",
    others.map((name) => `${name} scripted`),
  );
});

/** A busy machine is late for seven programs at once, and rightly says so. */
const ofTheMachine: ReadonlySet<string> = new Set(["EventLoopLag network", "HighFinalizationLatency network"]);

/** Queries about what a network without trouble does not have. */
const mayBeEmpty = /p2p_dropped_total|p2p_penalties_total|transactions_rejected|calls_waiting|ws_connections/;

/** A payment, and calls of both interfaces. */
async function use(net: TestNetwork): Promise<void> {
  const { raw, hash } = net.payers[0]!.pay(net.payers[1]!.address);
  await net.call(0, "eth_sendRawTransaction", raw);
  await waitUntil("the receipt", 10_000, async () => {
    return (await net.call(0, "eth_getTransactionReceipt", hash)) !== null;
  });
  // Something for a thread to do, so that a request is under way for a moment.
  await net.call(0, "eth_call", { to: `0x${net.payers[1]!.address}` }, "latest");
  const response = await fetch(`http://127.0.0.1:${net.ports.grpc}/kairos.v1.NodeService/GetStatus`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  assert.equal(response.status, 200);
}

/** Every query of every dashboard finds series in the real Prometheus. */
async function everyPanelShows(prometheus: Prometheus): Promise<void> {
  for (const { title, panels } of dashboards) {
    for (const panel of panels.filter(({ kind }) => kind !== "logs")) {
      for (const [expr] of panel.queries) {
        const quick = expr.replaceAll("$instance", "validator-.*").replaceAll(/\[\d+m\]/g, "[4s]");
        const where = `${title}: ${panel.title}: ${expr}`;
        await waitUntil(where, 5_000, async () => mayBeEmpty.test(expr) || (await prometheus.query(quick)) > 0);
      }
    }
  }
}

type Scripted = ReturnType<typeof createMetrics>;

function healthy(metrics: Scripted): void {
  metrics.gauge("mempool_capacity_count", 100);
  metrics.gauge("mempool_pending_count", 10);
  metrics.gauge("storage_size_bytes", 1e12);
  metrics.gauge("storage_free_bytes", 5e11);
  metrics.gauge("sync_height_lag", 0);
  metrics.gauge("nodejs_eventloop_lag_p99_seconds", 0.01);
  metrics.count("consensus_votes_received_total", 100, { result: "valid" });
  metrics.observe("consensus_finalization_latency_seconds", 0.02);
}

function troubled(metrics: Scripted): void {
  metrics.count("consensus_cascade_nullifications_total");
  metrics.observe("consensus_finalization_latency_seconds", 4);
  metrics.count("consensus_blocks_validated_total", 1, { result: "failure", reason: "BLOCK_TIME" });
  metrics.count("execution_root_mismatch_total");
  metrics.count("usdc_supply_mismatch_total");
  metrics.gauge("mempool_pending_count", 90);
  metrics.gauge("ring_buffer_utilization", 0.95, { channel: "transactions" });
  metrics.count("consensus_votes_received_total", 5, { result: "valid" });
  metrics.count("consensus_votes_received_total", 2, { result: "invalid" });
  metrics.count("consensus_evidence_total", 1, { kind: "notarize" });
  metrics.gauge("sync_height_lag", 60);
  metrics.gauge("storage_free_bytes", 1e9);
  metrics.gauge("nodejs_eventloop_lag_p99_seconds", 0.2);
}
