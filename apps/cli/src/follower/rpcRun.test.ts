import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createRpcClient } from "../localnet/load/rpcClient.ts";
import { freePorts } from "../testing/freePorts.ts";
import { TestNetwork } from "../testing/network.ts";
import { NodeProcess } from "../testing/nodeProcess.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import type { Progress } from "./progress.ts";

test("kairos rpc-run follows a validator from flags alone, tells its progress as JSON, and ends with SIGTERM (18.3)", {
  timeout: 60_000,
}, async (t) => {
  const net = await TestNetwork.generate(1, { settings: { p2p: { rpc_mode: true } } });
  const base = await freePorts(4);
  const [p2p, grpc, jsonRpc, visualizer] = [base, base + 1, base + 2, base + 3];
  const variables = {
    NODE_JSONRPC__LISTEN_ADDR: `127.0.0.1:${jsonRpc}`,
    NODE_VISUALIZER__ENABLED: "true",
    NODE_VISUALIZER__LISTEN_ADDRESS: `127.0.0.1:${visualizer}`,
  };
  Object.assign(process.env, variables);
  const follower = new NodeProcess(
    ...["rpc-run", "--json", "--genesis", net.made.genesisPath, "--data-dir", join(net.dir, "follower")],
    ...["--p2p-addr", `127.0.0.1:${p2p}`, "--grpc-addr", `127.0.0.1:${grpc}`, "--log-level", "error"],
  );
  for (const name of Object.keys(variables)) delete process.env[name];
  const client = createRpcClient(jsonRpc);
  t.after(async () => {
    client.close();
    await follower.end("SIGKILL");
    await net.close();
  });
  await net.start();
  const lines = (): readonly Progress[] =>
    follower.output
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Progress);
  await waitUntil("the head", 40_000, () => lines().some(({ state, height }) => state === "ready" && height > 0));
  assert.equal(lines()[0]!.state, "booting");
  const [answer] = await client.batch([{ method: "kairos_status", params: [] }]);
  assert.ok(answer?.ok);
  assert.equal((answer.result as { role: string }).role, "follower");
  const ask = async (method: string): Promise<unknown> => {
    const headers = { "content-type": "application/json" };
    const answered = await fetch(`http://127.0.0.1:${grpc}/${method}`, { method: "POST", headers, body: "{}" });
    return answered.json();
  };
  assert.equal(((await ask("kairos.v1.NodeService/GetSyncStatus")) as { isSynced: boolean }).isSynced, true);
  assert.deepEqual(await ask("grpc.health.v1.Health/Check"), { status: "SERVING" });
  const dashboard = await fetch(`http://127.0.0.1:${visualizer}/api/health`);
  assert.equal(dashboard.status, 200, "the visualizer serves on a follower too");
  assert.equal(await follower.end("SIGTERM"), 0, follower.output);
});

test("a follower without a genesis file is a mistake with a hint", async () => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-follower-"));
  const follower = new NodeProcess("rpc-run", "--data-dir", join(dir, "data"));
  assert.equal(await follower.exited(), 2, follower.output);
  assert.match(follower.output, /hint: set genesis\.path or --genesis/);
  rmSync(dir, { recursive: true, force: true });
});
