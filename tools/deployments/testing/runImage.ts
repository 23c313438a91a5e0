import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { freePorts } from "../../../apps/cli/src/testing/freePorts.ts";
import { waitUntil } from "../../../apps/cli/src/testing/waitUntil.ts";
import { assembleImage } from "./assembleImage.ts";
import { instructions } from "./instructions.ts";
import { root } from "./root.ts";

const USER = 10_001;
const node = realpathSync(process.execPath);

/**
 * Puts the files of the image into a folder, starts the node as the image would, waits until it is ready, and ends it.
 * @param addPackages gives the folder `app` its packages
 */
export async function runImage(t: TestContext, addPackages: (app: string) => void): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "kairos-image-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const copied = assembleImage(dir);
  assert.ok(copied.length > 500, "sources were copied");
  const app = join(dir, "app");
  addPackages(app);
  writeFileSync(join(app, "COMMIT"), `${"ab".repeat(20)}\n`);
  const state = join(dir, "state");
  mkdirSync(state);
  const env = await environment(state);
  // As root, the process gives its rights away as the container does, where the files can be reached without them.
  chmodSync(dir, 0o755);
  chownSync(state, process.getuid?.() === 0 ? USER : -1, process.getuid?.() === 0 ? USER : -1);
  const reach = { uid: USER, gid: USER, stdio: "ignore" } as const;
  const asUser =
    process.getuid?.() === 0 && spawnSync(node, ["--check", join(root, "tools/lock.ts")], reach).status === 0
      ? { uid: USER, gid: USER }
      : {};
  if (process.getuid?.() === 0 && !("uid" in asUser)) t.diagnostic("runs as root: this checkout is closed to others");
  const program = [join(app, "apps/cli/src/kairos.ts")];
  const words = (keyword: string): readonly string[] =>
    (JSON.parse(instructions().find((one) => one.keyword === keyword)!.text) as string[]).map((word) =>
      word.replace("/etc/kairos/config.toml", join(root, "deployments/single/config.toml")),
    );
  const run = (...args: readonly string[]) =>
    spawnSync(node, [...program, ...args], { env, encoding: "utf8", ...asUser });

  const version = run("version", "--json");
  assert.equal(version.status, 0, version.stderr);
  assert.equal((JSON.parse(version.stdout) as { readonly commit: string }).commit, "ab".repeat(20));
  // The help of the whole program loads every command: none needs a file that the image lacks.
  const help = run("--help");
  assert.equal(help.status, 0, help.stderr);
  assert.match(run("bench").stderr, /error: kairos bench needs packages for development/);

  const health = ["health", "--config", ...words("CMD").slice(2)];
  const before = run(...health);
  assert.equal(before.status, 1, "nobody answers yet");
  const child = spawn(node, [...program, ...words("CMD")], { env, ...asUser, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (output += part.toString()));
  const exited = new Promise<number | string | null>((resolve) =>
    child.on("close", (code, sig) => resolve(code ?? sig)),
  );
  t.after(() => child.kill("SIGKILL"));
  await waitUntil(`/readyz answers 200; ${output}`, 60_000, () => {
    assert.equal(child.exitCode, null, output);
    return run(...health).status === 0;
  });
  const log = readFileSync(join(state, "kairos.log"), "utf8");
  assert.ok(
    log
      .split("\n")
      .filter(Boolean)
      .every((line) => "ts" in (JSON.parse(line) as object)),
  );
  const began = performance.now();
  child.kill("SIGTERM");
  assert.equal(await exited, 0, output);
  assert.ok(performance.now() - began < 10_000, "stops within ten seconds (kairos D2)");
}

/** The container's configuration at other places and ports: nothing else differs. */
async function environment(state: string): Promise<Record<string, string>> {
  const port = await freePorts(5);
  const at = (index: number) => `127.0.0.1:${port + index}`;
  return {
    PATH: process.env.PATH ?? "",
    NODE_ENV: "production",
    NODE_VERSION: process.versions.node,
    NODE_COMPILE_CACHE: join(state, "cache"),
    NODE_STORAGE__PATH: join(state, "data"),
    NODE_IDENTITY__BLS_SECRET_KEY_PATH: join(state, "keys/bls.key"),
    NODE_IDENTITY__ED25519_SECRET_KEY_PATH: join(state, "keys/ed25519.key"),
    NODE_LOGGING__FILE: join(state, "kairos.log"),
    NODE_P2P__LISTEN_ADDR: at(0),
    NODE_RPC__LISTEN_ADDR: at(1),
    NODE_JSONRPC__LISTEN_ADDR: at(2),
    NODE_METRICS__LISTEN_ADDRESS: at(3),
    NODE_VISUALIZER__LISTEN_ADDRESS: at(4),
  };
}
