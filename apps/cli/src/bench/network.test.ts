import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { freePorts } from "./network.ts";

test("ports that somebody listens on are passed over", async (t) => {
  const first = await freePorts(6);
  const server = createServer().listen({ port: first.p2pPort + 2, host: "127.0.0.1" });
  t.after(() => server.close());
  await once(server, "listening");
  const second = await freePorts(6);
  assert.notEqual(second.rpcPort, first.rpcPort);
  assert.ok(second.metricsPort > second.p2pPort && second.p2pPort > second.rpcPort + 6);
});
