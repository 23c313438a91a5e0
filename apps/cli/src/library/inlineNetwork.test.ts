import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { freePorts } from "../testing/freePorts.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import { NodeConfig } from "./nodeConfig.ts";
import { ValidatorIdentity } from "./validatorIdentity.ts";
import { ValidatorNode } from "./validatorNode.ts";

const quiet = { log: () => undefined };
const N = 6;

test("a node that waits begins once the remaining validators are configured, without a genesis file (X8)", {
  timeout: 60_000,
}, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-inline-"));
  const base = await freePorts(N);
  const identities = Array.from({ length: N }, () => ValidatorIdentity.generate());
  const all = identities.map(({ bls, ed25519 }, i) => ({
    ed25519_public_key: ed25519.publicKey.toHex(),
    bls_public_key: bls.publicKey.toHex(),
    address: `127.0.0.1:${base + i}`,
  }));
  const configOf = (i: number, known: typeof all) =>
    NodeConfig.fromObject({
      consensus: { n: N, f: 1, network: "local", peers: known.map((peer) => peer.bls_public_key) },
      storage: { path: join(dir, `data${i}`) },
      p2p: { listen_addr: all[i]!.address, validators: known },
      jsonrpc: { listen_addr: "127.0.0.1:0" },
      rpc: { listen_addr: "127.0.0.1:0" },
      workers: { signature: 0 },
    });
  const nodes: ValidatorNode[] = [];
  t.after(async () => {
    await Promise.all(nodes.map((node) => node.shutdown(10_000)));
    rmSync(dir, { recursive: true, force: true });
  });
  const waiting = await ValidatorNode.fromConfig(configOf(0, []), identities[0]!, quiet);
  nodes.push(waiting);
  assert.deepEqual(waiting.readiness().details, ["consensus: waiting for validator set (1 of 6 known)"]);
  await waiting.shutdown(5_000);
  for (const [i, identity] of identities.entries()) {
    const others = all.filter((_, j) => j !== i);
    nodes.push(await ValidatorNode.fromConfig(configOf(i, others), identity, quiet));
  }
  await waitUntil("three blocks everywhere", 30_000, () =>
    nodes.slice(1).every(({ finalizedHeight }) => (finalizedHeight ?? 0) >= 3),
  );
  const hashes = nodes.slice(1).map((node) => node.kairos!.chain.genesisHash);
  assert.equal(new Set(hashes).size, 1);
});
