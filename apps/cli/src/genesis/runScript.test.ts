import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { TestNetwork } from "../testing/network.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import { runScript } from "./runScript.ts";

const PROGRAM = fileURLToPath(new URL("../kairos.ts", import.meta.url));

test("the run script starts every validator of its folder and ends its own children only (18.3)", {
  timeout: 60_000,
}, async (t) => {
  const net = await TestNetwork.generate(1);
  t.after(() => net.close());
  const script = join(net.dir, "net", "run.mjs");
  writeFileSync(script, runScript(PROGRAM, 1));
  const bystander = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  t.after(() => bystander.kill());
  const run = spawn(process.execPath, [script], { stdio: "ignore" });
  t.after(() => run.kill("SIGKILL"));
  const ended = new Promise((resolve) => run.on("exit", resolve));
  const height = async () => Number(await net.call(0, "eth_blockNumber").catch(() => "-1"));
  await waitUntil("a block", 20_000, async () => (await height()) > 0);
  run.kill("SIGTERM");
  assert.equal(await ended, 0);
  assert.equal(await height(), -1);
  assert.equal(bystander.exitCode, null);
});
