import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { TestNetwork } from "../testing/network.ts";
import { waitUntil } from "../testing/waitUntil.ts";

const program = fileURLToPath(new URL("../testing/listenerAttack.ts", import.meta.url));
/** Longest attack; it ends as soon as everything was refused. */
const maxMs = 40_000;
const maxGrowthBytes = 400 * 1024 * 1024;
/** Blocks come every 20 ms when nothing is in the way; two cores are shared with the attacker and with other tests. */
const maxStallMs = 3_000;

describe("a node whose listeners are attacked in every way at once (Z17, Z24, Z33)", { timeout: 90_000 }, () => {
  let net: TestNetwork;
  before(async () => {
    net = await TestNetwork.generate(1, {
      settings: {
        rpc: { request_timeout_secs: 2, max_connections: 300 },
        metrics: { enabled: true },
        visualizer: { enabled: true, listen_address: "127.0.0.1:0" },
      },
    });
    await net.start();
    await net.reaches(2);
  });
  after(() => net.close());

  it("finalizes on, within bounded memory, counts what it refused, and serves again at once", async (t) => {
    const before = process.memoryUsage();
    const startHeight = net.height(0);
    let stallMs = 0;
    let growth = 0;
    let height = startHeight;
    let movedMs = performance.now();
    const watch = setInterval(() => {
      const now = net.height(0);
      stallMs = Math.max(stallMs, performance.now() - movedMs);
      if (now > height) movedMs = performance.now();
      height = now;
      const { heapUsed, external } = process.memoryUsage();
      growth = Math.max(growth, heapUsed + external - before.heapUsed - before.external);
    }, 20);
    t.after(() => clearInterval(watch));
    const { grpc, jsonRpc, metrics } = net.ports;
    const ports = [grpc, jsonRpc, net.node(0).visualizerPort, metrics].map(String);
    const attacker = spawn(process.execPath, [program, ...ports, `${maxMs}`], { stdio: ["pipe", "pipe", "inherit"] });
    t.after(() => attacker.kill());
    let report = "";
    attacker.stdout.setEncoding("utf8").on("data", (text: string) => {
      report += text;
    });
    const ended = once(attacker, "exit");
    const value = (name: string, labels?: Record<string, string>) => net.metrics(0).value(name, labels) ?? 0;
    const counted = async (name: string, labels: Record<string, string> | undefined, atLeast = 1) => {
      const what = `${atLeast} of ${name} ${JSON.stringify(labels ?? {})}`;
      await waitUntil(what, maxMs, () => value(name, labels) >= atLeast);
    };
    for (const reason of ["resets", "headers", "frames", "slow"]) {
      await counted("listener_cut_total", { listener: "grpc", reason });
    }
    for (const listener of ["visualizer", "metrics"]) {
      await counted("listener_refused_total", { listener, reason: "host" });
      for (const reason of ["headers", "slow"]) await counted("listener_cut_total", { listener, reason });
    }
    await counted("grpc_refused_total", { reason: "host" });
    await counted("grpc_refused_total", { reason: "rate" }, 1_000);
    await counted("jsonrpc_http_refused_total", { status: "403" });
    await counted("grpc_broken_calls_total", undefined);
    attacker.stdin.write("crowd\n");
    for (const listener of ["grpc", "jsonrpc", "visualizer", "metrics"]) {
      await counted("listener_dropped_total", { listener }, 10);
    }
    attacker.stdin.end();
    assert.deepEqual(await ended, [null, "SIGKILL"], "it ends itself when its time is over");
    clearInterval(watch);
    const done = JSON.parse(report) as Record<string, number>;
    for (const name of ["grpc", "jsonRpc", "visualizer", "metrics"]) {
      assert.equal(done[`${name} foreign host 200`], undefined, report);
    }
    // RESOURCE_EXHAUSTED: of thousands of streams, and of every message that unpacks to more than allowed.
    assert.ok(done["subscription 8"]! > 500 && done["bomb 8"]! > 0, report);
    assert.equal(done["bomb 0"], undefined, report);
    assert.ok(height > startHeight + 20, `${height - startHeight} blocks`);
    assert.ok(stallMs < maxStallMs, `finality stood still for ${stallMs} ms`);
    assert.ok(growth < maxGrowthBytes, `${growth} bytes more`);
    for (const listener of ["grpc", "jsonrpc", "visualizer", "metrics"]) {
      await waitUntil(`${listener} is free again`, 10_000, () => value("listener_connections", { listener }) === 0);
    }
    assert.equal(value("grpc_in_flight"), 0);
    assert.equal((await fetch(`http://127.0.0.1:${metrics}/healthz`)).status, 200);
    assert.deepEqual(net.failures, []);
  });
});
