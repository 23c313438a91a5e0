import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { digest, height, slot } from "@polis/codec";
import type { NodeReport } from "@polis/kratos";
import { TestNode } from "@polis/kratos/testing";
import { consensusMetrics } from "../../telemetry/catalogue/consensus.ts";
import { interfaceMetrics } from "../../telemetry/catalogue/interfaces.ts";
import { processMetrics } from "../../telemetry/catalogue/process.ts";
import { startKratosRpc } from "../rpc/startKratosRpc.ts";
import { kratosCatalogue } from "./catalogue.ts";
import { createKratosMetrics } from "./kratosMetrics.ts";
import { startKratosMetrics } from "./startKratosMetrics.ts";

const hash = digest("ab".repeat(32));
const fault = { kind: "fault", peer: "12D4", code: "invalidBlock" } as const;

/** One report of each kind that counts, and what it moves. */
const reports: readonly (readonly [NodeReport, string, number])[] = [
  [{ kind: "produced", slot: slot(4), number: 3, hash, transactions: 7 }, "kratos_blocks_produced_total", 2],
  [{ kind: "produced", slot: slot(5), number: 4, hash, transactions: 2 }, "kratos_transactions_produced_total", 9],
  [{ kind: "skipped", slot: slot(5), reason: "clock: Excluded" }, 'kratos_slots_skipped_total{reason="clock"}', 1],
  [{ kind: "imported", number: 4, hash, from: "12D4" }, 'kratos_blocks_imported_total{source="peer"}', 1],
  [{ kind: "imported", number: 5, hash, from: undefined }, 'kratos_blocks_imported_total{source="buffer"}', 1],
  [{ kind: "reorganised", depth: 3, head: hash }, "kratos_chain_reorganised_blocks_total", 3],
  [{ kind: "finalized", number: 4, hash, slotsBehind: 2 }, 'kratos_finality_slots_bucket{le="2"}', 1],
  [{ ...fault, action: "score" }, 'kratos_p2p_faults_total{action="score",code="invalidBlock"}', 1],
  [{ ...fault, action: "ban" }, "kratos_p2p_bans_total", 1],
  [{ kind: "security", state: "Degraded", reason: "T4" }, 'kratos_security_transitions_total{to="Degraded"}', 1],
];

const sampleOf = (text: string, name: string) =>
  text
    .split("\n")
    .find((line) => line.startsWith(`${name} `))
    ?.split(" ")[1];

test("every metric of the catalogue is written somewhere", () => {
  const files = ["metrics/kratosMetrics.ts", "metrics/readGauges.ts", "rpc/startKratosRpc.ts"];
  const texts = files.map((file) => readFileSync(join(import.meta.dirname, "..", file), "utf8")).join("\n");
  const shared = { ...interfaceMetrics, ...processMetrics, ...consensusMetrics };
  const own = Object.keys(kratosCatalogue).filter((name) => !(name in shared));
  assert.ok(own.length > 30);
  assert.deepEqual(
    own.filter((name) => !texts.includes(`"${name}"`)),
    [],
  );
});

test("what a node reports is counted", () => {
  const metrics = createKratosMetrics();
  for (const [report] of reports) metrics.report(report);
  const conflicting = { block: { number: height(3), hash }, round: 1, set: 0, precommits: [], ancestry: [] };
  metrics.report({ kind: "alarm", finalized: 3, conflicting: conflicting as never });
  metrics.report({ kind: "syncing", current: 1, highest: 2, state: "syncing" });
  metrics.report({ kind: "clock", status: "Healthy", driftMs: 3 });
  const text = metrics.registry.render();
  for (const [, name, value] of reports) assert.equal(sampleOf(text, name), `${value}`, name);
  assert.equal(sampleOf(text, "kratos_finality_alarms_total"), "1");
  assert.equal(sampleOf(text, "kratos_metrics_dropped_total"), "0", "every name and label is in the catalogue");
});

test("the state of a node is read at each scrape, with empty slots and refusals of its pool", () => {
  const node = new TestNode();
  const metrics = createKratosMetrics();
  metrics.watch(node.backend);
  node.produce(2);
  metrics.report({ kind: "imported", number: 1, hash: node.tree.head.hash, from: "12D4" });
  node.produce();
  metrics.report({ kind: "produced", slot: slot(4), number: 2, hash: node.tree.head.hash, transactions: 0 });
  node.tree.finalize(node.backend.reader.hashAt(1)!);
  node.bestHeight = 5_000;
  node.backend.submit({
    ...node.chain.sign(4, { call: true, name: "WithdrawUnbonded", fields: {} }),
    signature: new Uint8Array(64),
  });
  const want: Readonly<Record<string, string>> = {
    ...{
      chain_height: "2",
      chain_finalized_height: "1",
      chain_finality_lag_blocks: "1",
      chain_slot: "4",
      chain_epoch: "0",
    },
    ...{ chain_empty_slots_total: "2", p2p_peers: "1", sync_gap_blocks: "4998", pool_transactions: "0" },
    ...{ 'sync_state{state="far_behind"}': "1", 'sync_state{state="synced"}': "0" },
    ...{ 'security_state{state="Bootstrap"}': "1", 'security_state{state="Normal"}': "0", security_validators: "4" },
    ...{ 'clock_status{status="Healthy"}': "1", pool_rejected_total: "1", metrics_dropped_total: "0" },
  };
  // Twice, because counters that are read must not count again.
  for (let i = 0; i < 2; i++) {
    const text = metrics.registry.render();
    for (const [name, value] of Object.entries(want)) assert.equal(sampleOf(text, `kratos_${name}`), value, name);
  }
});

test("the server answers metrics, liveness and readiness; JSON-RPC counts there too", async (t) => {
  const node = new TestNode();
  const metrics = createKratosMetrics();
  let backend: TestNode["backend"] | undefined;
  const server = await startKratosMetrics({ host: "127.0.0.1", port: 0 }, metrics, () => backend);
  t.after(() => server.close());
  const listen = { host: "127.0.0.1", port: 0 };
  const run = async <T>(work: () => T) => work();
  const limits = { requests: 3 };
  const rpc = await startKratosRpc({ backend: node.backend, listen, run, metrics: metrics.registry, limits });
  t.after(() => rpc.close());
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.address.port}${path}`);
    return [response.status, await response.text()] as const;
  };
  assert.deepEqual(await get("/healthz"), [200, "ok\n"]);
  assert.deepEqual(await get("/readyz"), [503, "not ready\nchain: joining\n"]);
  backend = node.backend;
  metrics.watch(backend);
  assert.deepEqual(await get("/readyz"), [200, "ready\nsync: done\npeers: 1\nheight: 0\n"]);
  for (let i = 0; i < 6; i++) {
    const body = '{"jsonrpc":"2.0","id":1,"method":"system_name"}';
    const headers = { "content-type": "application/json" };
    await (await fetch(`http://127.0.0.1:${rpc.address.port}`, { method: "POST", headers, body })).text();
  }
  const [, text] = await get("/metrics");
  assert.equal(sampleOf(text, 'kratos_jsonrpc_requests_total{code="ok",method="system_name"}'), "3");
  assert.equal(sampleOf(text, "kratos_rpc_bans_total"), "1");
  assert.equal(sampleOf(text, "kratos_metrics_dropped_total"), "0");
});
