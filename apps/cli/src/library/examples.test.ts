import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { TestNetwork } from "../testing/network.ts";

const run = promisify(execFile);
const example = (name: string) => fileURLToPath(new URL(`../../../../examples/${name}`, import.meta.url));

test("examples/pay.ts pays and waits for finality", { timeout: 30_000 }, async (t) => {
  const net = await TestNetwork.generate(1);
  t.after(() => net.close());
  await net.start();
  const url = `http://127.0.0.1:${net.ports.jsonRpc}`;
  const { stdout } = await run(process.execPath, [example("pay.ts"), net.made.accountsPath, url]);
  assert.match(stdout, /^paid 1\.25 USDC in block \d+, final after \d+ ms: 0x[0-9a-f]{64}\n$/);
  const balance = BigInt((await net.call(0, "eth_getBalance", net.made.accounts[1]!.address, "latest")) as string);
  assert.equal(balance - BigInt(net.made.accounts[1]!.balance), 1_250_000n * 10n ** 12n);
});

test("examples/validator.ts runs a validator as a library and ends", { timeout: 30_000 }, async () => {
  const { stdout } = await run(process.execPath, [example("validator.ts"), "2"]);
  assert.match(stdout, /block 1 is final: [0-9a-f]{16}\nblock 2 is final/);
});
