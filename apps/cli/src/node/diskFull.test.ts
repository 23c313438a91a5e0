import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { test } from "node:test";
import { TestNetwork } from "../testing/network.ts";
import { NodeProcess } from "../testing/nodeProcess.ts";

test("on a nearly full disk the node refuses to start with exit code 75 and says what to do (18.3, testing 8.6)", {
  timeout: 30_000,
}, async (t) => {
  const net = await TestNetwork.generate(1);
  const { path } = net.config(0).storage;
  mkdirSync(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", path], { stdio: "ignore" });
  } catch {
    await net.close();
    t.skip("this system does not let the test mount a small file system");
    return;
  }
  try {
    const run = new NodeProcess("run", "--config", net.made.nodes[0]!.configPath);
    assert.equal(await run.exited(), 75, run.output);
    assert.match(run.output, /too little space.*hint: free space/s);
  } finally {
    execFileSync("umount", [path]);
    await net.close();
  }
});
