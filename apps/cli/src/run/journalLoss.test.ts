import assert from "node:assert/strict";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { TestNetwork } from "../testing/network.ts";
import { NodeProcess } from "../testing/nodeProcess.ts";
import { waitUntil } from "../testing/waitUntil.ts";

test("a wiped single validator makes no block until its operator accepts the loss (R27), and logs to its file", {
  timeout: 60_000,
}, async (t) => {
  const net = await TestNetwork.generate(1, { settings: { logging: { level: "info", file: "logs/node.log" } } });
  const config = net.config(0);
  const mark = join(dirname(config.identity.blsSecretKeyPath!), "journal-not-yet-created");
  let child: NodeProcess | undefined;
  t.after(async () => {
    await child?.end("SIGKILL");
    await net.close();
  });
  const run = (...flags: string[]) => new NodeProcess("run", "--config", net.made.nodes[0]!.configPath, ...flags);
  const height = async () => Number(await net.call(0, "eth_blockNumber").catch(() => "-1"));
  const blocks = () => waitUntil("blocks", 20_000, async () => (await height()) >= 2);

  assert.ok(existsSync(mark));
  child = run();
  await blocks();
  assert.ok(!existsSync(mark), "gone before the first vote");
  assert.equal(await child.end("SIGTERM"), 0, child.output);

  net.wipe(0);
  child = run();
  await waitUntil("the node is up", 20_000, async () => (await height()) >= 0);
  await waitUntil("it says that it follows", 5_000, () => child!.output.includes("no journal here"));
  assert.equal(await height(), 0);
  assert.equal(await child.end("SIGINT"), 0, child.output);

  child = run("--accept-journal-loss");
  await blocks();
  const file = config.logging.file!;
  renameSync(file, `${file}-moved`);
  process.kill(child.pid, "SIGHUP");
  await waitUntil("a new log file", 5_000, () => existsSync(file));
  assert.equal(await child.end("SIGTERM"), 0, child.output);
  const log = readFileSync(`${file}-moved`, "utf8") + readFileSync(file, "utf8");
  assert.equal(log.match(/the node is up/g)?.length, 3);
  assert.match(log, /the node has stopped/);
});
