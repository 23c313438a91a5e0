import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { freePorts } from "../testing/freePorts.ts";
import { TestNetwork } from "../testing/network.ts";
import { waitUntil } from "../testing/waitUntil.ts";

/** A network of one with every listener on, which nothing but its own start can keep from being ready. */
async function one(t: TestContext) {
  const visualizer = await freePorts(1);
  const net = await TestNetwork.generate(1, {
    settings: {
      rpc: { enabled: true },
      metrics: { enabled: true },
      visualizer: { enabled: true, listen_address: `127.0.0.1:${visualizer}` },
      consensus: { n: 1, f: 0, empty_block_interval: "20ms", view_timeout: "1s" },
    },
  });
  t.after(() => net.close());
  const post = async (url: string, body: object) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  const grpc = `http://127.0.0.1:${net.ports.grpc}`;
  return {
    net,
    readyz: () => fetch(`http://127.0.0.1:${net.ports.metrics}/readyz`),
    dashboard: () => fetch(`http://127.0.0.1:${visualizer}/`),
    serving: async () => (await post(`${grpc}/grpc.health.v1.Health/Check`, {})).status,
    grpcHealth: async () => (await post(`${grpc}/kairos.v1.NodeService/GetHealth`, {})).healthy,
    chainId: () => net.call(0, "eth_chainId"),
    rpcHealth: async () => ((await net.call(0, "kairos_health")) as { healthy: boolean }).healthy,
  };
}

test("a node says that it is ready when all its listeners serve, not before, and not when it stops (O1, D1)", {
  timeout: 60_000,
}, async (t) => {
  const { net, readyz, dashboard, serving, chainId } = await one(t);
  const started = net.start();
  const early: string[] = [];
  await waitUntil("ready", 40_000, async () => {
    const answer = await readyz().catch(() => undefined);
    if (answer?.status === 503) early.push(await answer.text());
    return answer?.status === 200;
  });
  const answers = await Promise.allSettled([dashboard().then((answer) => answer.status), serving(), chainId()]);
  await started;
  assert.deepEqual(
    answers.map((answer) => (answer.status === "fulfilled" ? answer.value : answer.reason)),
    [200, "SERVING", "0xccf6"],
  );
  for (const text of early) assert.match(text, /^not ready\nstarting: not every interface serves yet\n/);
  const stopped = net.node(0).shutdown(10_000);
  assert.deepEqual(net.node(0).readiness(), { ready: false, details: ["the node is stopping"] });
  await stopped;
});

test("all health interfaces give one answer, and a node that has stopped itself is nowhere well", {
  timeout: 60_000,
}, async (t) => {
  const { net, readyz, serving, grpcHealth, rpcHealth } = await one(t);
  await net.start();
  const all = () => Promise.all([readyz().then(({ status }) => status), serving(), grpcHealth(), rpcHealth()]);
  await waitUntil("ready", 20_000, async () => (await readyz()).status === 200);
  assert.deepEqual(await all(), [200, "SERVING", true, true]);
  net.node(0).fail(new Error("the end"));
  // `healthy` is false, which JSON leaves out.
  assert.deepEqual(await all(), [503, "NOT_SERVING", undefined, false]);
});
