import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../kairos.ts", import.meta.url));

function startDev(t: TestContext, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program, "dev", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  t.after(() => child.kill("SIGKILL"));
  const exit = once(child, "exit").then(([code]) => code as number | null);
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const lines = createInterface({ input: child.stdout });
  return { child, exit, errors: () => errors, line: () => once(lines, "line").then(([line]) => line as string) };
}

test("the command prints its accounts, serves them, and ends at once on Ctrl-C", async (t) => {
  const { child, exit, errors, line } = startDev(t, ["--port", "0", "--json", "--accounts", "2", "--balance", "5"]);
  const ready = JSON.parse(await line()) as {
    url: string;
    grpcUrl: string;
    chainId: number;
    accounts: { address: string; privateKey: string }[];
  };
  assert.equal(ready.chainId, 31_337);
  assert.deepEqual(ready.accounts[0], {
    address: "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
    privateKey: "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
  });
  const ask = async (method: string, ...params: unknown[]) => {
    const response = await fetch(ready.url, {
      method: "POST",
      headers: { "content-type": "application/json", origin: "https://a-page.example" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    assert.equal(response.headers.get("access-control-allow-origin"), "*");
    const { result, error } = (await response.json()) as { result: unknown; error?: { message: string } };
    assert.equal(error, undefined);
    return result;
  };
  assert.equal(await ask("eth_getBalance", ready.accounts[1]!.address), `0x${(5n * 10n ** 18n).toString(16)}`);
  const sent = await ask("kairos_faucet", ready.accounts[1]!.address, `0x${(10n ** 18n).toString(16)}`);
  const receipt = (await ask("eth_getTransactionReceipt", sent)) as { status: string; logs: unknown[] };
  assert.deepEqual([receipt.status, receipt.logs.length], ["0x1", 1]);
  assert.equal(((await ask("kairos_nodeInfo")) as { insecure: boolean }).insecure, true);
  assert.match((await ask("web3_clientVersion")) as string, /^anvil\/kairos\/v/);
  const status = await fetch(`${ready.grpcUrl}/kairos.v1.NodeService/GetStatus`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: "https://a-page.example" },
    body: "{}",
  });
  const { chainId, finalizedHeight } = (await status.json()) as Record<string, string>;
  assert.deepEqual([chainId, finalizedHeight], ["31337", "1"]);
  const shown = await fetch(status.url.replace("GetStatus", "GetNodeInfo"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  assert.equal(((await shown.json()) as { insecure: boolean }).insecure, true);
  assert.match(errors(), /known to everybody/);
  child.kill("SIGINT");
  assert.equal(await exit, 0);
});

test("in a pipe it says one line, and keeps its chain where it is told", async (t) => {
  const { child, exit, line } = startDev(t, ["--port", "0", "--chain-id", "7", "--block-time", "86400"]);
  assert.match(await line(), /^http:\/\/127\.0\.0\.1:\d+ chain 7$/);
  child.kill("SIGTERM");
  assert.equal(await exit, 0);
});

test("it is never part of another network (K6)", async (t) => {
  const { exit, errors } = startDev(t, ["--port", "0"], { NODE_CONSENSUS__NETWORK: "mainnet" });
  assert.equal(await exit, 2);
  assert.match(errors(), /never part of the network mainnet/);
});

test("with a port for it, the dashboard shows each block", async (t) => {
  const { child, exit, line } = startDev(t, ["--port", "0", "--visualizer-port", "0", "--json", "--accounts", "2"]);
  const ready = JSON.parse(await line()) as { url: string; visualizerUrl: string; accounts: { address: string }[] };
  const health = async () => (await (await fetch(`${ready.visualizerUrl}/api/health`)).json()) as object;
  assert.deepEqual(await health(), { current_view: "0", finalized_view: "0", node_n: 1, node_f: 0 });
  const body = { jsonrpc: "2.0", id: 1, method: "kairos_faucet", params: [ready.accounts[1]!.address, "0x1"] };
  const headers = { "content-type": "application/json" };
  await fetch(ready.url, { method: "POST", headers, body: JSON.stringify(body) });
  assert.deepEqual(await health(), { current_view: "1", finalized_view: "1", node_n: 1, node_f: 0 });
  const state = (await (await fetch(`${ready.visualizerUrl}/api/state`)).json()) as {
    views: Record<string, unknown>[];
  };
  const { view, vote_count, tx_count, height, l_notarized_at, block_hash } = state.views[0]!;
  assert.deepEqual({ view, vote_count, tx_count, height }, { view: "1", vote_count: 1, tx_count: 1, height: "1" });
  assert.match(`${l_notarized_at} ${block_hash}`, /^[1-9]\d+ [0-9a-f]{64}$/);
  assert.match(await (await fetch(`${ready.visualizerUrl}/simulator`)).text(), /Kairos simulator/);
  child.kill("SIGINT");
  assert.equal(await exit, 0);
});
