import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { digest, height, ok, view } from "@polis/codec";
import { type BackendParts, createBackend, genesisBlock, parseGenesis } from "@polis/kairos";
import { loadConfig } from "../config/loadConfig.ts";
import { generateNetwork } from "../genesis/generateNetwork.ts";
import { startJsonRpc } from "./startJsonRpc.ts";

const hash = digest("ab".repeat(32));

/** A node that holds nothing but its genesis block. */
function partsOf(genesisText: string): BackendParts {
  const genesis = parseGenesis(genesisText);
  const { header, digest: genesisDigest, block } = genesisBlock(genesis);
  const stored = { digest: genesisDigest, header };
  const isGenesis = (at: string) => at === genesisDigest;
  const reader: BackendParts["reader"] = {
    params: genesis.params,
    genesisDigest,
    head: () => stored,
    tip: () => stored,
    headerByHeight: (at) => (at === 0 ? stored : undefined),
    heightOf: (at) => (isGenesis(at) ? height(0) : undefined),
    blockByDigest: (at) => (isGenesis(at) ? block : undefined),
    blockByHeight: (at) => (at === 0 ? block : undefined),
    transactionsOf: (at) => (isGenesis(at) ? [] : undefined),
    transactionAt: () => undefined,
    lowestHeight: () => height(0),
    receiptsByHeight: () => [],
    transactionLocation: () => undefined,
    pooled: () => undefined,
    account: () => undefined,
    stateAt: () => undefined,
    stateAtHeight: () => undefined,
    nextNonce: () => 0n,
    nextBaseFee: () => genesis.params.fees.floor,
    supply: () => ({ minted: 0n, burned: 0n }),
    pooledTransactions: () => [],
    addressPlaces: () => [],
    heightsWithLogs: () => [],
    proofsAt: () => undefined,
    forkAt: () => undefined,
  };
  const status = {
    network: genesis.network,
    role: "validator",
    currentView: view(1),
    finalizedView: view(0),
    peers: 0,
    requiredPeers: 4,
    mempool: { pending: 0, queued: 0, bytes: 0 },
    uptimeMs: 1,
    syncingTo: undefined,
  } as const;
  return {
    reader,
    genesis,
    clientVersion: "kairos/test",
    submit: async () => ok(hash),
    finalityProof: () => undefined,
    status: () => status,
  };
}

test("the configured server speaks the Kairos methods, and only the enabled namespaces", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-api-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const made = generateNetwork({ dir: join(dir, "net"), n: 1, f: 0, settings: { jsonrpc: { namespaces: ["eth"] } } });
  const config = loadConfig({
    path: made.nodes[0]!.configPath,
    flags: { "jsonrpc.listen_addr": { value: "127.0.0.1:0", flag: "test" } },
  });
  const backend = createBackend(partsOf(readFileSync(made.genesisPath, "utf8")));
  const server = (await startJsonRpc(config.jsonrpc, backend))!;
  t.after(() => server.close());
  const ask = async (method: string, params: unknown[] = []) => {
    const response = await fetch(`http://127.0.0.1:${server.address.port}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    return (await response.json()) as { result?: unknown; error?: { code: number; message: string } };
  };
  assert.equal((await ask("eth_chainId")).result, "0xccf6");
  assert.equal((await ask("eth_sendRawTransaction", ["0x4b"])).result, `0x${hash}`);
  const genesis = (await ask("eth_getBlockByNumber", ["latest", false])).result as { hash: string };
  assert.equal(genesis.hash, made.genesisHash);
  assert.match((await ask("eth_getBalance", ["0x12"])).error!.message, /parameter address/);
  assert.match((await ask("kairos_status")).error!.message, /namespace kairos is disabled/);
  assert.equal(await startJsonRpc({ ...config.jsonrpc, enabled: false }, backend), undefined);
});
