import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Command, CommanderError } from "commander";
import { UserError } from "../../errors.ts";
import { genesisOf } from "../genesis/recordFile.ts";
import { generateKratosKey, writeKratosKey } from "../keys/kratosKey.ts";
import { prepareKratosNet } from "../localnet/prepareKratosNet.ts";
import { checkFlags } from "./checkFlags.ts";
import { addRunOptions, type RunFlags } from "./runFlags.ts";

const dir = mkdtempSync(join(tmpdir(), "kratos-flags-"));
after(() => rmSync(dir, { recursive: true }));
const net = prepareKratosNet({ dir: join(dir, "net"), n: 1, slotSeconds: 1, slotsPerEpoch: 10, senders: 0 });
const keyFile = join(dir, "key.json");
writeKratosKey(keyFile, generateKratosKey(), "json");

/** What the words of a command line mean. */
function options(...words: readonly string[]) {
  const silent = { writeErr: () => undefined, writeOut: () => undefined };
  const command = addRunOptions(new Command("run").exitOverride().configureOutput(silent));
  return checkFlags(command.parse(["-d", dir, ...words], { from: "user" }).opts<RunFlags>());
}

/** The code of the refusal; every refusal of a person's words exits with 2 and says what to do. */
function refusal(...words: readonly string[]): string {
  try {
    options(...words);
  } catch (error) {
    if (error instanceof CommanderError) return error.code;
    assert.ok(error instanceof UserError && error.hint.length > 0 && error.exitCode === 2, String(error));
    return error.code;
  }
  return "accepted";
}

test("without flags a node joins KratOs as section 15 says", () => {
  const { name, version, data, ...rest } = options();
  assert.match(name, /^kratos-[0-9a-f]{6}$/);
  assert.match(version, /^\d+\.\d+\.\d+/);
  assert.equal(data.path, dir);
  assert.deepEqual(rest, {
    ...{ chainName: "kratos", begin: undefined, pin: undefined, acceptFewer: false },
    ...{ p2pPort: 30_333, bootnodes: [], publicAddresses: [], mdns: true, maxPeers: 50, connectionsPerIp: 5 },
    ...{ seeds: [], seedKeys: [], rpc: { host: "127.0.0.1", port: 9_933 }, corsAll: false, unsafe: false },
    ...{ corsOrigins: undefined, allowedHosts: [] },
    ...{ validator: undefined, sync: "full", snapshotEvery: 1_000, prometheusPort: 0 },
  });
});

test("flags say the rest, and a record file names its chain and pins it", () => {
  const some = options(
    "--no-rpc",
    "--no-mdns",
    "--bootnode",
    "/ip4/1.2.3.4/tcp/1",
    "--bootnode",
    "b",
    "--sync",
    "warp",
  );
  assert.equal(some.rpc, undefined);
  assert.equal(some.mdns, false);
  assert.deepEqual(some.bootnodes, ["/ip4/1.2.3.4/tcp/1", "b"]);
  assert.equal(some.sync, "warp");
  const { chainName } = net.genesis.record;
  const joins = options("--chain", net.recordFile);
  assert.deepEqual([joins.chainName, joins.pin, joins.begin], [chainName, net.genesis.hash, undefined]);
  const begins = options("--chain", net.recordFile, "--genesis", "--validator", "--validator-key", keyFile);
  assert.equal(genesisOf(begins.begin!).hash, net.genesis.hash);
  assert.ok(begins.validator !== undefined);
});

test("what is not supported, and what makes no sense, is refused with a message (kratos-core 15)", () => {
  const wrong: readonly (readonly [string, readonly string[]])[] = [
    ["NOT_SUPPORTED", ["--sync", "light"]],
    ["NOT_SUPPORTED", ["--sync", "fast"]],
    ["NOT_SUPPORTED", ["--pruning", "archive"]],
    ["NOT_SUPPORTED", ["--pruning", "256"]],
    ["NOT_SUPPORTED", ["--db-cache", "64"]],
    ["RECORD_FILE", ["--genesis"]],
    ["RECORD_FILE", ["--genesis", "--chain", join(dir, "absent.json")]],
    ["RECORD_INVALID", ["--genesis", "--chain", keyFile]],
    ["GENESIS_PIN", ["--genesis", "--chain", net.recordFile, "--genesis-hash", "ab".repeat(32)]],
    ["GENESIS_HASH", ["--genesis-hash", "0x12"]],
    ["VALIDATOR_KEY", ["--validator"]],
    ["VALIDATOR_KEY", ["--validator-key", keyFile]],
    ["KEY_FORMAT", ["--validator", "--validator-key", net.recordFile]],
    ["NODE_NAME", ["--name", "a\nb"]],
    ["commander.invalidArgument", ["--port", "65536"]],
    ["commander.invalidArgument", ["--log-level", "loud"]],
    ["commander.unknownOption", ["--fast"]],
  ];
  chmodSync(net.recordFile, 0o600);
  for (const [code, words] of wrong) assert.equal(refusal(...words), code, words.join(" "));
  chmodSync(keyFile, 0o644);
  assert.equal(refusal("--validator", "--validator-key", keyFile), "KEY_PERMISSIONS");
  const sealed = join(dir, "sealed.json");
  writeFileSync(sealed, '{"ciphertext":""}', { mode: 0o600 });
  assert.equal(refusal("--validator", "--validator-key", sealed), "KEY_PASSWORD");
});

test("names of the node and origins of web pages are those that browsers send, and never a wildcard (13.1)", () => {
  const words = ["--rpc-host", "node.example", "--rpc-cors-origin", "https://app.example", "--rpc-host", "other"];
  const { allowedHosts, corsOrigins } = options(...words);
  assert.deepEqual([allowedHosts, corsOrigins], [["node.example", "other"], ["https://app.example"]]);
  for (const host of ["*", "http://node.example", "node.example:9933", "", "a b"]) {
    assert.equal(refusal("--rpc-host", host), "RPC_HOST", host);
  }
  for (const origin of ["*", "app.example", "https://app.example/", "https://App.example", "null", "file://x"]) {
    assert.equal(refusal("--rpc-cors-origin", origin), "RPC_ORIGIN", origin);
  }
});
