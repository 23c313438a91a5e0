import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { TestNetwork } from "../testing/network.ts";

const example = fileURLToPath(new URL("../../../../examples/finality-verifier/verify.ts", import.meta.url));

test("L7: the contract accepts a real threshold certificate and refuses another header", async (t) => {
  const consensus = { n: 3, f: 0, empty_block_interval: "200ms", view_timeout: "2s" };
  const network = await TestNetwork.generate(3, { scheme: "threshold", settings: { consensus } });
  t.after(() => network.close());
  await network.start();
  const url = `http://127.0.0.1:${network.ports.jsonRpc}`;
  const args = [example, network.made.accountsPath, network.made.genesisPath, url];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  assert.match(stdout, /the contract on block \d+: true\nwith another state root: false\n$/);
  t.diagnostic(stdout.split("\n")[0]!);
});
