import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { checkAgainstGenesis } from "../config/checkAgainstGenesis.ts";
import { loadConfig } from "../config/loadConfig.ts";
import { clearFresh, isMarkedFresh } from "../run/freshMark.ts";
import { checkGenesis } from "./buildGenesis.ts";
import { type GeneratedNetwork, generateNetwork } from "./generateNetwork.ts";

function network(t: TestContext, stateOf: (dir: string) => string, firstAddress = "172.30.0.10"): GeneratedNetwork {
  const dir = mkdtempSync(join(tmpdir(), "kairos-containers-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const containers = { firstAddress, nameOf: (i: number) => `validator-${i}`, stateDir: stateOf(dir) };
  return generateNetwork({ dir: join(dir, "net"), n: 6, f: 1, visualizer: true, containers });
}

test("every container has its address, the same ports, its names, and writes only into its state", (t) => {
  const made = network(t, () => "/var/lib/kairos");
  const genesis = checkGenesis(readFileSync(made.genesisPath, "utf8"));
  for (const { index, configPath, dir } of made.nodes) {
    const config = loadConfig({ path: configPath });
    assert.deepEqual(checkAgainstGenesis(config, genesis), []);
    const host = `172.30.0.${10 + index}`;
    assert.deepEqual(config.p2p.externalAddr, { host, port: 9000 });
    assert.equal(genesis.validators[index]!.address, `${host}:9000`);
    assert.deepEqual(
      [config.rpc.listenAddr, config.jsonrpc.listenAddr, config.visualizer.listenAddress, config.metrics.listenAddress],
      [50_051, 8545, 8080, 9090].map((port) => ({ host: "0.0.0.0", port })),
    );
    for (const section of [config.rpc, config.jsonrpc, config.visualizer]) {
      assert.equal(section.allowPlaintext, true);
      assert.ok(section.allowedHosts.includes(`validator-${index}`) && section.allowedHosts.includes(host));
    }
    assert.equal(config.admin.enabled, false);
    assert.equal(config.storage.path, "/var/lib/kairos/data");
    assert.equal(config.logging.format, "json");
    assert.ok(existsSync(join(dir, "state", "data.journal-not-yet-created")));
    assert.ok(!existsSync(join(dir, "journal-not-yet-created")), "keys are mounted read-only");
  }
});

test("the mark beside the data directory counts once, and only for this data directory", (t) => {
  const made = network(t, (dir) => join(dir, "net", "node2", "state"));
  const config = loadConfig({ path: made.nodes[2]!.configPath });
  const other = loadConfig({
    path: made.nodes[2]!.configPath,
    flags: { "storage.path": { value: `${config.storage.path}2`, flag: "" } },
  });
  assert.deepEqual([isMarkedFresh(config), isMarkedFresh(other)], [true, false]);
  clearFresh(config);
  assert.equal(isMarkedFresh(config), false);
});

test("addresses that do not fit are refused before anything is written", (t) => {
  for (const address of ["172.30.0.250", "172.30.0", "300.1.1.1", "::1", "a.b.c.d"]) {
    assert.throws(() => network(t, () => "/var/lib/kairos", address), { code: "CONTAINER_ADDRESS" });
  }
});
