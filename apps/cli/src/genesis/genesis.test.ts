import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parseGenesis } from "@polis/kairos";
import { checkAgainstGenesis } from "../config/checkAgainstGenesis.ts";
import { loadConfig } from "../config/loadConfig.ts";
import { UserError } from "../errors.ts";
import { generateIdentity, loadIdentity, validatorEntry } from "../keys/identity.ts";
import { buildGenesis, checkGenesis } from "./buildGenesis.ts";
import { generateNetwork } from "./generateNetwork.ts";

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "kairos-genesis-"));
  t.after(() => rmSync(dir, { recursive: true }));
  return join(dir, "net");
}

/** Bytes that count up: the same network twice. */
function countingEntropy(): (bytes: number) => Uint8Array {
  let next = 0;
  return (bytes) => Uint8Array.from({ length: bytes }, (_, i) => (i === 0 ? ++next : i));
}

test("a network of six: every node reads its files, agrees with genesis and is its own validator", (t) => {
  const dir = folder(t);
  const made = generateNetwork({ dir, n: 6, f: 1, alloc: { ["11".repeat(20)]: 5n * 10n ** 18n }, accounts: 2 });
  const genesis = checkGenesis(readFileSync(made.genesisPath, "utf8"));
  assert.equal(genesis.validators.length, 6);
  assert.deepEqual(
    genesis.alloc.map(({ balance }) => balance).sort(),
    [5n * 10n ** 18n, 10n ** 24n, 10n ** 24n].sort(),
  );
  const ports = new Set<number>();
  for (const node of made.nodes) {
    const config = loadConfig({ path: node.configPath });
    assert.deepEqual(checkAgainstGenesis(config, genesis), []);
    const identity = loadIdentity(config, undefined);
    assert.deepEqual(genesis.validators[node.index]!.blsPublicKey, identity.bls.publicKey);
    assert.equal(config.p2p.validators[node.index]!.ed25519_public_key, identity.ed25519.publicKey.toHex());
    assert.equal(config.genesis.path, made.genesisPath);
    for (const { port } of [config.p2p.listenAddr, config.jsonrpc.listenAddr, config.metrics.listenAddress])
      ports.add(port);
  }
  assert.equal(ports.size, 18, "no two listeners share a port");
  assert.deepEqual([made.nodes[5]!.p2p, made.nodes[5]!.jsonRpc], ["127.0.0.1:9005", "127.0.0.1:8550"]);
  assert.equal(statSync(made.accountsPath).mode & 0o777, 0o600);
  assert.equal(made.accounts[0]!.name, "faucet");
});

test("the same entropy gives the same network, other entropy another", (t) => {
  const dir = folder(t);
  const make = (name: string, entropy?: (bytes: number) => Uint8Array) =>
    generateNetwork({ dir: join(dir, name), n: 1, f: 0, ...(entropy === undefined ? {} : { entropy }) }).genesisHash;
  assert.equal(make("a", countingEntropy()), make("b", countingEntropy()));
  assert.notEqual(make("c"), make("d"));
});

test("settings, ports and host go into the files; nothing is overwritten", (t) => {
  const dir = folder(t);
  const request = {
    dir,
    n: 1,
    f: 0,
    host: "127.0.0.2",
    basePorts: { p2p: 20_000, jsonRpc: 21_000 },
    settings: { jsonrpc: { rate_limit_per_second: 0 } },
  };
  const config = loadConfig({ path: generateNetwork(request).nodes[0]!.configPath });
  assert.equal(config.jsonrpc.rateLimitPerSecond, 0);
  assert.deepEqual(config.jsonrpc.listenAddr, { host: "127.0.0.2", port: 21_000 });
  assert.throws(() => generateNetwork(request), /exists already/);
  assert.throws(() => generateNetwork({ dir: `${dir}x`, n: 6, f: 2 }), UserError);
});

test("a dealt threshold network: shares in files of their own, group keys in genesis (K15)", (t) => {
  const made = generateNetwork({ dir: folder(t), n: 6, f: 1, scheme: "threshold" });
  const genesis = checkGenesis(readFileSync(made.genesisPath, "utf8"));
  assert.equal(genesis.groupKeyM?.length, 48);
  const identity = loadIdentity(loadConfig({ path: made.nodes[3]!.configPath }), undefined);
  assert.deepEqual(identity.shareM?.publicKey, genesis.validators[3]!.shareKeyM);
  assert.deepEqual(identity.shareL?.publicKey, genesis.validators[3]!.shareKeyL);
});

const six = Array.from({ length: 6 }, () => validatorEntry(generateIdentity(), { chainId: 99 }));
const request = { chainId: 99, network: "devnet", f: 1, validators: six, alloc: {} } as const;

test("a genesis is built, and its text is the same genesis", () => {
  const built = buildGenesis(request);
  assert.deepEqual(parseGenesis(built.text), built.genesis);
  assert.match(built.hash, /^0x[0-9a-f]{64}$/);
  assert.equal(`0x${built.genesis.params.treasury}`, six[0]!.feeAddress);
});

test("wrong keys, lists and dealings are refused with the reason", () => {
  const cases: [object, RegExp][] = [
    [{ f: 2 }, /5f\+1/],
    [{ chainId: 100 }, /VALIDATORS_BINDING \(validator 0\)/],
    [{ validators: [...six.slice(1), six[1]] }, /repeats/],
    [{ validators: [{ ...six[0], blsPop: six[1]!.blsPop }, ...six.slice(1)] }, /VALIDATORS_POSSESSION/],
    [{ validators: [{ ...six[0], p2pBinding: undefined }, ...six.slice(1)] }, /needs blsPop and p2pBinding/],
    [{ validators: [{ ...six[0], extra: 1 }, ...six.slice(1)] }, /extra/],
    [{ alloc: { "0x12": { balance: "1" } } }, /0x12/],
    [{ dealEntropy: new Uint8Array(32) }, /threshold scheme/],
    [{ dealEntropy: new Uint8Array(32), scheme: "threshold", network: "mainnet" }, /K15/],
    [{ scheme: "threshold" }, /shareKeyM/],
  ];
  for (const [change, pattern] of cases) {
    assert.throws(
      () => buildGenesis({ ...request, ...change }),
      (error) => error instanceof UserError && pattern.test(error.message),
      String(pattern),
    );
  }
});
