import assert from "node:assert/strict";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { test } from "node:test";
import { TestNetwork } from "../testing/network.ts";
import { NodeProcess } from "../testing/nodeProcess.ts";

test("what keeps a node from starting is said with a hint and the right exit code (18.3)", {
  timeout: 60_000,
}, async (t) => {
  const net = await TestNetwork.generate(1);
  t.after(() => net.close());
  const { configPath } = net.made.nodes[0]!;
  const fails = async (code: number, pattern: RegExp, ...flags: readonly string[]) => {
    const run = new NodeProcess("run", "--config", configPath, ...flags);
    assert.equal(await run.exited(), code, run.output);
    assert.match(run.output, pattern);
    assert.doesNotMatch(run.output, /\n {4}at /, "no stack trace");
  };
  await fails(2, /rpc\.peer_id = 3 is not the index .*hint: /s, "--node-index", "3");
  for (const port of [net.ports.jsonRpc, net.ports.p2p]) {
    const squatter = createServer().listen(port, "127.0.0.1").unref();
    await once(squatter, "listening");
    await fails(1, new RegExp(`${port}.*hint: (stop the other program|Choose a free)`, "s"));
    squatter.close();
    await once(squatter, "close");
  }
  await net.start();
  await net.reaches(1);
  await fails(1, /hint: Stop the other process/);
  await net.stop(0);
  const text = net.genesisText();
  writeFileSync(net.made.genesisPath, text.replace('"n": 1', '"n": "one"'));
  await fails(2, /error: .*n/);
  rmSync(net.made.genesisPath);
  await fails(2, /cannot read .*genesis\.json.*hint: /s);
});
