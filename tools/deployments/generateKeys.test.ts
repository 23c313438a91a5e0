import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadConfig } from "../../apps/cli/src/config/loadConfig.ts";
import { missing } from "./testing/installed.ts";
import { readYaml } from "./testing/readYaml.ts";
import { root } from "./testing/root.ts";

const bash = missing("bash", "--version");

test("generate-keys.sh makes what the compose file mounts, once, and forgets it when told to", { skip: bash }, (t) => {
  // A checkout of links, so that the script writes beside itself and not into this one.
  const dir = mkdtempSync(join(tmpdir(), "kairos-keys-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const here = join(dir, "deployments/localnet");
  mkdirSync(here, { recursive: true });
  for (const name of ["apps", "node_modules", "package.json"]) symlinkSync(join(root, name), join(dir, name));
  cpSync(join(root, "deployments/localnet/generate-keys.sh"), join(here, "generate-keys.sh"));
  const run = (...args: readonly string[]) =>
    spawnSync("bash", [join(here, "generate-keys.sh"), ...args], { encoding: "utf8", timeout: 60_000 });

  const first = run();
  assert.equal(first.status, 0, first.stderr);
  const { services } = readYaml<{ readonly services: Record<string, { readonly volumes: readonly string[] }> }>(
    "deployments/localnet/docker-compose.yml",
  );
  const variables = new Map(
    readFileSync(join(here, ".env"), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split("=") as [string, string]),
  );
  const owner = Number(variables.get("KAIROS_UID"));
  assert.notEqual(owner, 0, "no container runs as root");
  for (const { volumes } of Object.values(services)) {
    for (const source of volumes.map((volume) => volume.split(":")[0]!)) {
      const entry = statSync(join(here, source));
      assert.equal(entry.uid, owner, `${source} belongs to the user of the containers`);
      assert.equal(entry.mode & 0o002, 0, `${source} is not writable by everybody`);
      if (source.endsWith(".key")) assert.equal(entry.mode & 0o777, 0o600);
    }
  }
  const config = loadConfig({ path: join(here, "network/node5/config.toml") });
  assert.deepEqual(config.p2p.externalAddr, { host: "172.30.0.15", port: 9000 });
  const key = readFileSync(join(here, "network/node0/bls.key"), "utf8");

  assert.equal(run().status, 1, "keys are never overwritten");
  assert.equal(run("--what").status, 2);
  assert.equal(readFileSync(join(here, "network/node0/bls.key"), "utf8"), key);
  assert.equal(run("--clean").status, 0);
  assert.notEqual(readFileSync(join(here, "network/node0/bls.key"), "utf8"), key);
  assert.ok(existsSync(join(here, "network/logs")));
});

const shellcheck = missing("shellcheck", "--version");
test("shellcheck finds nothing in the scripts", { skip: shellcheck }, () => {
  const { status, stdout } = spawnSync("shellcheck", [join(root, "deployments/localnet/generate-keys.sh")], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout);
});
