import assert from "node:assert/strict";
import { test } from "node:test";
import { bls } from "@polis/crypto";
import { buildGenesis } from "../genesis/buildGenesis.ts";
import { TestNetwork } from "../testing/network.ts";
import { developmentKeys, developmentSecret, isInsecure, refuseDevelopmentKeys } from "./developmentKeys.ts";
import { generateIdentity, validatorEntry } from "./identity.ts";

test("K6, K15: keys of local networks and dealt shares of a devnet are insecure, all others are not", () => {
  const insecure = (["local", "devnet", "testnet", "mainnet"] as const).flatMap((network) =>
    (["multisig", "threshold"] as const).map((scheme) => [network, scheme, isInsecure({ network, scheme })]),
  );
  assert.deepEqual(
    insecure.filter(([, , is]) => is).map(([network, scheme]) => `${network} ${scheme}`),
    ["local multisig", "local threshold", "devnet threshold"],
  );
});

test("Z38: development keys are refused on any network but local, own ones and those of a validator", () => {
  const entry = (identity: ReturnType<typeof generateIdentity>) => validatorEntry(identity, { chainId: 99 });
  const others = Array.from({ length: 5 }, () => entry(generateIdentity()));
  const secret = bls.keygen(developmentSecret("bls"));
  const fresh = generateIdentity();
  const known = { ...fresh, bls: { ...fresh.bls, secret, publicKey: developmentKeys().bls } };
  const genesisOf = (first: typeof fresh) =>
    buildGenesis({ chainId: 99, network: "devnet", f: 1, validators: [entry(first), ...others], alloc: {} }).genesis;
  refuseDevelopmentKeys(genesisOf(fresh), [fresh.bls.publicKey, fresh.ed25519.publicKey]);
  for (const [genesis, own] of [
    [genesisOf(known), []],
    [genesisOf(fresh), [developmentKeys().ed25519]],
    [genesisOf(fresh), [developmentKeys().bls]],
  ] as const) {
    assert.throws(() => refuseDevelopmentKeys(genesis, own), { code: "DEVELOPMENT_KEY", exitCode: 2 });
    refuseDevelopmentKeys({ ...genesis, network: "local" }, own);
  }
});

test("a devnet with keys of its own says that it is secure, over JSON-RPC and gRPC", { timeout: 60_000 }, async (t) => {
  const net = await TestNetwork.generate(1, { network: "devnet", settings: { rpc: { enabled: true } } });
  t.after(() => net.close());
  await net.start();
  assert.equal(((await net.call(0, "kairos_nodeInfo")) as { insecure: boolean }).insecure, false);
  const response = await fetch(`http://127.0.0.1:${net.ports.grpc}/kairos.v1.NodeService/GetNodeInfo`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  const info = (await response.json()) as { network: string; insecure?: boolean };
  // JSON leaves out what is false.
  assert.deepEqual([info.network, info.insecure], ["devnet", undefined]);
});
