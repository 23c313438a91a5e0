import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { waitUntil } from "../../apps/cli/src/testing/waitUntil.ts";
import { root } from "./testing/root.ts";

const program = join(root, "apps/cli/src/kairos.ts");
const prefix = `k${process.pid}`;
const ip = (...args: readonly string[]): boolean => spawnSync("ip", [...args], { stdio: "ignore" }).status === 0;

/** What the compose file makes of 172.30.0.0/24, without an engine: one network namespace for each container. */
function createNetwork(t: TestContext): void {
  const bridge = `${prefix}b`;
  t.after(() => {
    for (let i = 0; i < 6; i++) ip("netns", "del", `${prefix}n${i}`);
    ip("link", "del", bridge);
  });
  assert.ok(ip("link", "add", bridge, "type", "bridge"));
  assert.ok(ip("addr", "add", "172.30.0.1/24", "dev", bridge) && ip("link", "set", bridge, "up"));
  for (let i = 0; i < 6; i++) {
    const space = `${prefix}n${i}`;
    const link = `${prefix}v${i}`;
    assert.ok(ip("netns", "add", space));
    assert.ok(ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", space));
    assert.ok(ip("link", "set", link, "master", bridge, "up"));
    assert.ok(ip("-n", space, "addr", "add", `172.30.0.${10 + i}/24`, "dev", "eth0"));
    assert.ok(ip("-n", space, "link", "set", "eth0", "up") && ip("-n", space, "link", "set", "lo", "up"));
  }
}

function canMakeNetworks(): string | false {
  const space = `${prefix}try`;
  const made = process.getuid?.() === 0 && ip("netns", "add", space);
  if (made) ip("netns", "del", space);
  return made ? false : "network namespaces cannot be made here: it takes root and iproute2";
}

test("six validators with the files and addresses of the compose stack make blocks and end cleanly", {
  skip: canMakeNetworks(),
}, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-localnet-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const network = join(dir, "network");
  const options = ["--n", "6", "--f", "1", "--visualizer", "--container-address", "172.30.0.10"];
  const made = spawnSync(process.execPath, [program, "generate-configs", ...options, "--output-dir", network]);
  assert.equal(made.status, 0, made.stderr.toString());
  createNetwork(t);
  const nodes = Array.from({ length: 6 }, (_, i): ChildProcess => {
    // The state folder is mounted at /var/lib/kairos there; nothing else differs.
    const env = { ...process.env, NODE_STORAGE__PATH: join(network, `node${i}/state/data`) };
    const command = [process.execPath, program, "run", "--config", join(network, `node${i}/config.toml`)];
    return spawn("ip", ["netns", "exec", `${prefix}n${i}`, ...command], { env, stdio: "ignore" });
  });
  t.after(() => nodes.forEach((node) => void node.kill("SIGKILL")));
  const exits = nodes.map((node) => new Promise((resolve) => node.on("close", (code) => resolve(code))));
  await waitUntil("block 3 is final on every validator", 90_000, async () => {
    assert.ok(
      nodes.every(({ exitCode }) => exitCode === null),
      "every validator runs",
    );
    const heights = await Promise.all(nodes.map((_, i) => height(`172.30.0.${10 + i}`)));
    return heights.every((value) => value >= 3);
  });
  assert.equal(await status("http://172.30.0.13:9090/readyz"), 200);
  assert.equal(await status("http://172.30.0.11:8080/"), 200);
  nodes.forEach((node) => void node.kill("SIGTERM"));
  assert.deepEqual(await Promise.all(exits), [0, 0, 0, 0, 0, 0]);
});

async function height(host: string): Promise<number> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_blockNumber", params: [] });
  const init = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    signal: AbortSignal.timeout(2_000),
  };
  const answer = await fetch(`http://${host}:8545`, init)
    .then((response) => response.json())
    .catch(() => ({ result: "0x0" }));
  return Number((answer as { readonly result: string }).result);
}

async function status(url: string): Promise<number> {
  return (await fetch(url, { signal: AbortSignal.timeout(5_000) })).status;
}
