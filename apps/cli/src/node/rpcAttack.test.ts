import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { TestNetwork } from "../testing/network.ts";
import { waitUntil } from "../testing/waitUntil.ts";

const program = fileURLToPath(new URL("../testing/rpcAttack.ts", import.meta.url));
const attackMs = 6_000;
/** What bodies, answers, sockets and queues may take together, far below what the attack sends. */
const maxGrowthBytes = 600 * 1024 * 1024;
/** Blocks come every 20 ms when nothing is in the way; two cores are shared with the attacker and with other tests. */
const maxStallMs = 3_000;

describe("a node whose JSON-RPC port is attacked while payments come in", { timeout: 60_000 }, () => {
  let net: TestNetwork;
  before(async () => {
    net = await TestNetwork.generate(1, { settings: { workers: { execution: 1, signature: 0 } } });
    await net.start();
    await net.reaches(2);
  });
  after(() => net.close());

  it("finalizes on, within bounded memory, and lets all work go when the attackers leave", async () => {
    const [payer, other] = net.payers as [(typeof net.payers)[0], (typeof net.payers)[0]];
    const before = process.memoryUsage();
    let stallMs = 0;
    let growth = 0;
    let height = net.height(0);
    let movedMs = performance.now();
    const watch = setInterval(() => {
      const now = net.height(0);
      stallMs = Math.max(stallMs, performance.now() - movedMs);
      if (now > height) movedMs = performance.now();
      height = now;
      const { heapUsed, external } = process.memoryUsage();
      growth = Math.max(growth, heapUsed + external - before.heapUsed - before.external);
    }, 20);
    const attacker = spawn(process.execPath, [program, `${net.ports.jsonRpc}`, `${attackMs}`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let report = "";
    attacker.stdout.setEncoding("utf8").on("data", (text: string) => {
      report += text;
    });
    const ended = once(attacker, "exit");
    let over = false;
    void ended.then(() => {
      over = true;
    });
    const finalMs: number[] = [];
    const isFinal = async (hash: string) => (await net.call(0, "eth_getTransactionReceipt", hash)) !== null;
    while (!over) {
      const sentMs = performance.now();
      const { raw, hash } = payer.pay(other.address);
      await net.call(0, "eth_sendRawTransaction", raw);
      await waitUntil("a payment is final under attack", 10_000, () => isFinal(hash));
      finalMs.push(performance.now() - sentMs);
    }
    clearInterval(watch);
    assert.deepEqual(await ended, [null, "SIGKILL"], "it ends itself when its time is over");
    const done = JSON.parse(report) as Record<string, number>;
    // What was sent is counted: on a busy machine no bomb may be answered before the attack is over.
    for (const kind of ["garbage", "deep", "batch", "gas bomb sent", "left", "deaf socket", "slow body"]) {
      assert.ok(done[kind]! > 0, `${kind}: ${report}`);
    }
    assert.ok(stallMs < maxStallMs, `finality stood still for ${stallMs} ms`);
    assert.ok(growth < maxGrowthBytes, `${growth} bytes more`);
    assert.ok(finalMs.length >= 3, `${finalMs.length} payments in ${attackMs} ms`);
    const metric = (name: string) => net.metrics(0).value(name) ?? 0;
    // J7 says one second; the machine of a test may be busy.
    await waitUntil("all sockets are gone", 5_000, () => metric("jsonrpc_ws_connections") === 0);
    await waitUntil("no call is waited for", 5_000, () => metric("jsonrpc_in_flight") === 0);
    assert.deepEqual(net.failures, []);
  });
});
