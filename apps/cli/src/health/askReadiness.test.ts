import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { loadConfig } from "../config/loadConfig.ts";
import { createHealthServer } from "../telemetry/healthServer.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import { askReadiness, placeOf } from "./askReadiness.ts";

const closers: (() => Promise<void> | void)[] = [];
after(async () => {
  for (const close of closers) await close();
});

async function listen(server: Server): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`);
}

test("says what the node says, and follows its readiness", async () => {
  let ready = false;
  const server = await createHealthServer({ host: "127.0.0.1", port: 0 }, createMetrics(), () => ({
    ready,
    details: ["consensus: 5 of 6"],
  }));
  closers.push(() => server.close());
  const url = new URL(`http://127.0.0.1:${server.address.port}/readyz`);
  assert.deepEqual(await askReadiness({ url }, 5_000), { ready: false, lines: ["not ready", "consensus: 5 of 6"] });
  ready = true;
  assert.deepEqual(await askReadiness({ url }, 5_000), { ready: true, lines: ["ready", "consensus: 5 of 6"] });
});

test("a port without a listener, silence and an endless answer all mean not ready", async () => {
  const nobody = await listen(createServer());
  await closers.pop()!();
  const silent = await listen(createServer(() => undefined));
  const endless = await listen(createServer((_, response) => response.end("x".repeat(1_000_000))));
  for (const [url, timeoutMs] of [
    [nobody, 5_000],
    [silent, 50],
    [endless, 5_000],
  ] as const) {
    const answer = await askReadiness({ url }, timeoutMs);
    assert.equal(answer.ready, false);
    assert.match(answer.lines[0]!, /^no answer from http/);
  }
});

test("asks this computer where the node listens on every address", () => {
  const at = (listen_address: string) =>
    placeOf(
      loadConfig({
        document: { storage: { path: "data" }, metrics: { enabled: true, listen_address, allow_plaintext: true } },
      }),
      "/readyz",
    ).url.href;
  assert.equal(at("0.0.0.0:9090"), "http://127.0.0.1:9090/readyz");
  assert.equal(at("[::]:9092"), "http://[::1]:9092/readyz");
  assert.equal(at("127.0.0.1:1"), "http://127.0.0.1:1/readyz");
});

test("a configuration without that listener is a person's mistake", () => {
  const config = loadConfig({ document: { storage: { path: "data" } } });
  assert.throws(() => placeOf(config, "/readyz"), { code: "HEALTH_OFF" });
});
