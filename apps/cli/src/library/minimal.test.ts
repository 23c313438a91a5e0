import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createRpcClient } from "../localnet/load/rpcClient.ts";
import { freePorts } from "../testing/freePorts.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import { NodeConfig } from "./nodeConfig.ts";
import { resolveGenesis } from "./resolveGenesis.ts";
import { ValidatorIdentity } from "./validatorIdentity.ts";
import { ValidatorNode } from "./validatorNode.ts";

const folders: string[] = [];
after(() => {
  for (const dir of folders) rmSync(dir, { recursive: true, force: true });
});
const quiet = { log: () => undefined };

/** The founding minimal configuration (kairos X8) with free ports and a temporary folder. */
async function minimal(dir: string, n: number, f: number, consensus: Record<string, unknown> = {}) {
  const base = await freePorts(4);
  return {
    consensus: {
      ...{ n, f, view_timeout: { secs: 5, nanos: 0 }, leader_manager: "RoundRobin", network: "local" },
      ...{ peers: [] as unknown[], genesis_accounts: [] as unknown[], ...consensus },
    },
    storage: { path: join(dir, "data") },
    p2p: {
      ...{ listen_addr: `127.0.0.1:${base}`, external_addr: `127.0.0.1:${base}` },
      ...{ total_number_peers: n, maximum_number_faulty_peers: f, validators: [] as unknown[] },
    },
    rpc: { listen_addr: `127.0.0.1:${base + 1}` },
    jsonrpc: { listen_addr: "127.0.0.1:0" },
    metrics: { enabled: true, listen_address: `127.0.0.1:${base + 2}` },
    identity: {
      bls_secret_key_path: join(dir, "keys", "bls.key"),
      ed25519_secret_key_path: join(dir, "keys", "ed25519.key"),
    },
    workers: { signature: 0 },
  };
}

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), "kairos-minimal-"));
  folders.push(dir);
  return dir;
}

async function ask(port: number, method: string, params: readonly unknown[] = []) {
  const client = createRpcClient(port);
  const [answer] = await client.batch([{ method, params }]);
  client.close();
  return answer!;
}

test("one validator with empty peers forms its own genesis and produces blocks; a restart goes on (X8)", async (t) => {
  const dir = folder();
  const account = { address: "11".repeat(20), balance: "5000000000000000000" };
  const config = NodeConfig.fromObject(
    await minimal(dir, 1, 0, { empty_block_interval: "10ms", genesis_accounts: [account] }),
  );
  const identity = ValidatorIdentity.load(config.identity, { createMissing: true });
  const node = await ValidatorNode.fromConfig(config, identity, quiet);
  t.after(() => node.shutdown(5_000));
  assert.equal(await node.waitReady(), true);
  const events: string[] = [];
  for (const name of ["view", "notarized", "finalized"] as const) node.on(name, () => void events.push(name));
  await waitUntil("three blocks", 10_000, () => (node.finalizedHeight ?? 0) >= 3);
  for (const name of ["view", "notarized", "finalized"]) assert.ok(events.includes(name), name);
  const balance = await ask(node.rpcPort!, "eth_getBalance", [`0x${account.address}`, "latest"]);
  assert.deepEqual(balance, { ok: true, result: "0x4563918244f40000" });
  assert.deepEqual(await ask(node.rpcPort!, "eth_chainId"), { ok: true, result: "0xccf6" });
  const before = node.finalizedHeight!;
  await Promise.all([node.shutdown(5_000), node.shutdown(5_000)]);
  const again = await ValidatorNode.fromConfig(config, ValidatorIdentity.load(config.identity), quiet);
  t.after(() => again.shutdown(5_000));
  await waitUntil("a block after the restart", 10_000, () => (again.finalizedHeight ?? 0) > before);
});

test("the founding minimal configuration starts, makes keys, serves, and says what it waits for (X8)", async (t) => {
  const dir = folder();
  const document = await minimal(dir, 6, 1);
  const config = NodeConfig.fromObject(document);
  const identity = ValidatorIdentity.load(config.identity, { createMissing: true });
  assert.ok(existsSync(join(dir, "keys", "bls.key")));
  const node = await ValidatorNode.fromConfig(config, identity, quiet);
  t.after(() => node.shutdown(5_000));
  const reason = "consensus: waiting for validator set (1 of 6 known)";
  assert.deepEqual(node.readiness(), { ready: false, details: [reason] });
  assert.equal(await node.waitReady(), false);
  const status = await ask(node.rpcPort!, "kairos_status");
  assert.ok(status.ok);
  assert.equal((status.result as { consensus: string }).consensus, "waiting for validator set (1 of 6 known)");
  const block = await ask(node.rpcPort!, "eth_blockNumber");
  assert.ok(!block.ok && block.message.includes(reason));
  const ready = await fetch(`http://${document.metrics.listen_address}/readyz`);
  assert.equal(ready.status, 503);
  assert.ok((await ready.text()).includes(reason));
  await assert.rejects(ValidatorNode.fromConfig(config, identity, quiet), { code: "STORAGE_LOCKED" });
});

test("inline validators form the same genesis at every node, listed or not (X8)", async () => {
  const dir = folder();
  const identities = Array.from({ length: 6 }, () => ValidatorIdentity.generate());
  const p2pList = identities.map(({ bls, ed25519 }) => ({
    bls_public_key: bls.publicKey.toHex(),
    ed25519_public_key: ed25519.publicKey.toHex(),
  }));
  const genesisOf = async (self: number, listed: readonly number[]) => {
    const document = await minimal(dir, 6, 1, { peers: listed.map((i) => p2pList[i]!.bls_public_key) });
    document.p2p.validators = p2pList;
    return resolveGenesis(NodeConfig.fromObject(document), identities[self]!);
  };
  const all = [0, 1, 2, 3, 4, 5];
  const others = (self: number) => all.filter((i) => i !== self);
  const full = await Promise.all(all.map((self) => genesisOf(self, all)));
  for (const genesis of full) assert.deepEqual(genesis, full[0]);
  assert.equal(full[0]!.kind, "genesis");
  const sorted = await Promise.all(all.map((self) => genesisOf(self, others(self).reverse())));
  for (const genesis of sorted) assert.deepEqual(genesis, sorted[0]);
  assert.deepEqual(await genesisOf(0, [1, 2]), { kind: "waiting", known: 3, n: 6 });
  await assert.rejects(genesisOf(0, [1, 1, 2, 3, 4, 5]), { code: "GENESIS_INVALID", exitCode: 2 });
  const tooMany = await minimal(dir, 1, 0, { peers: [p2pList[1]!.bls_public_key] });
  tooMany.p2p.validators = p2pList;
  assert.throws(() => resolveGenesis(NodeConfig.fromObject(tooMany), identities[0]!), { code: "GENESIS_INVALID" });
  const noKey = await minimal(dir, 6, 1, { peers: [p2pList[1]!.bls_public_key] });
  assert.throws(() => resolveGenesis(NodeConfig.fromObject(noKey), identities[0]!), { code: "GENESIS_INVALID" });
});
