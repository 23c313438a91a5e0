import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { generateNetwork } from "../genesis/generateNetwork.ts";
import { freePorts } from "../testing/freePorts.ts";

const program = fileURLToPath(new URL("../kairos.ts", import.meta.url));

test("a parent that dies while its child still loads leaves no child behind", { timeout: 60_000 }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-parent-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const net = generateNetwork({ dir: join(dir, "net"), n: 6, f: 1 });
  const [configPath, signed] = [net.nodes[0]!.configPath, dirname(net.nodes[1]!.configPath)];
  const signer = ["signer", "--listen", join(dir, "s.sock"), "--genesis", net.genesisPath];
  const port = await freePorts(4);
  const ports = ["--rpc-port", `${port}`, "--p2p-port", `${port + 1}`, "--metrics-port", `${port + 2}`];
  const commands = [
    ["run", "--config", configPath],
    [...signer, "--keys", signed, "--record", join(dir, "record")],
    ["localnet", "--n", "1", "--f", "0", "--dir", join(dir, "local"), ...ports, "--grpc-port", "0", "--no-visualizer"],
  ];
  for (const words of commands) {
    const child = spawn(process.execPath, [program, ...words], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      cwd: dir,
    });
    let said = "";
    child.stderr!.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    t.after(() => child.kill("SIGKILL"));
    // What a killed parent looks like from the other end: the channel closes, long before the program's first line.
    child.disconnect();
    assert.deepEqual(await once(child, "exit"), [0, null], `${words[0]}: ${said}`);
  }
});
