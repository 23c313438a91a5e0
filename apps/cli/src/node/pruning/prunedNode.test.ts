import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { type Client, credentials, status } from "@grpc/grpc-js";
import { startFollower, type TestFollower } from "../../follower/testing/startFollower.ts";
import { call, loaded, refused } from "../../grpc/testing/looseClient.ts";
import { TestNetwork } from "../../testing/network.ts";
import { waitUntil } from "../../testing/waitUntil.ts";

const keepBlocks = 20;
const hex = (value: number) => `0x${value.toString(16)}`;

/** Sets `storage.history` in the configuration of a validator that does not run. */
function keepHistory(net: TestNetwork, index: number, history: string): void {
  const { configPath } = net.made.nodes[index]!;
  const text = readFileSync(configPath, "utf8").replace(/^(history|keep_blocks) = .*\n/gm, "");
  const count = history === "pruned" ? `keep_blocks = ${keepBlocks}\n` : "";
  writeFileSync(configPath, text.replace(/^\[storage\]\n/m, `[storage]\nhistory = "${history}"\n${count}`));
}

interface Shown {
  readonly number: string;
  readonly hash: string;
}

/** Two validators, one of which becomes a pruned one after 60 blocks and goes on to 200 (kairos 6.4). */
describe("a validator that keeps 20 blocks", { timeout: 110_000 }, () => {
  let net: TestNetwork;
  let grpc: Client;
  let oldPayment: Awaited<ReturnType<typeof pay>>;
  let oldBlock: Shown;
  const block = (index: number, at: string) => net.call(index, "eth_getBlockByNumber", at, false) as Promise<Shown>;
  const lowestOf = async (index: number) => Number((await block(index, "earliest")).number);
  const pay = async () => {
    const [from, to] = net.payers;
    const hash = await net.call(0, "eth_sendRawTransaction", from!.pay(to!.address, 7n).raw);
    let receipt: { readonly blockNumber: string } | null = null;
    await waitUntil("the payment", 10_000, async () => {
      receipt = (await net.call(0, "eth_getTransactionReceipt", hash)) as typeof receipt;
      return receipt !== null;
    });
    return { hash, at: receipt!.blockNumber };
  };

  before(async () => {
    const consensus = { n: 2, f: 0, empty_block_interval: "20ms", view_timeout: "1s" };
    net = await TestNetwork.generate(2, {
      settings: { rpc: { rate_limit_per_second: 0 }, p2p: { rpc_mode: true }, consensus },
    });
    await net.start();
    oldPayment = await pay();
    await net.reaches(60, 30_000);
    oldBlock = await block(0, hex(30));
    await net.stop(0);
    keepHistory(net, 0, "pruned");
    await net.start([0]);
    await net.reaches(200, 40_000);
    // The thread that answers jobs starts with the first one.
    await net.call(0, "eth_call", { to: `0x${net.payers[0]!.address}` });
    grpc = new loaded.kairos.v1.BlockService(`127.0.0.1:${net.ports.grpc}`, credentials.createInsecure());
  });
  after(async () => {
    grpc?.close();
    await net?.close();
  });

  test("drops what is older while it goes on, and serves what it keeps as before", async () => {
    await waitUntil("old blocks are dropped", 10_000, async () => (await lowestOf(0)) > 180);
    const lowest = await lowestOf(0);
    assert.ok(net.height(0) - lowest >= keepBlocks - 1);
    const recent = await block(1, hex(net.height(0) - 3));
    assert.deepEqual(await block(0, recent.number), recent);
    assert.deepEqual(await block(0, "0x0"), await block(1, "0x0"), "genesis stays");
    const account = `0x${net.payers[1]!.address}`;
    const at = hex(net.height(0) - 2);
    assert.equal(await net.call(0, "eth_getBalance", account, at), await net.call(1, "eth_getBalance", account, at));
    const proof = (await net.call(0, "kairos_getFinalityCertificate", recent.number)) as object;
    assert.ok("certificate" in proof);
    const payment = await pay();
    const logs = (await net.call(0, "eth_getLogs", { fromBlock: payment.at, toBlock: payment.at })) as unknown[];
    assert.equal(logs.length, 1);
    const history = (await net.call(0, "kairos_getAddressTransactions", account)) as { readonly items: unknown[] };
    assert.equal(history.items.length, 1, "the new payment, not the old one");
    assert.equal(await lowestOf(1), 0);
  });

  test("says of what it has dropped that it is gone and where the kept blocks begin", async () => {
    const gone = /no longer kept: this node keeps the blocks from \d+ on/;
    const account = `0x${net.payers[1]!.address}`;
    for (const [method, ...params] of [
      ["eth_getBlockByNumber", "0x1e", false],
      ["eth_getBlockReceipts", "0x1e"],
      ["eth_getBalance", account, "0x1e"],
      ["eth_getLogs", { fromBlock: "0x1", toBlock: "latest" }],
      ["eth_feeHistory", "0x2", "0x1e", []],
      ["kairos_getFinalityCertificate", "0x1e"],
      ["kairos_getAddressTransactions", account, { fromHeight: 30 }],
      ["kairos_getView", "0x3"],
    ] as const) {
      await assert.rejects(net.call(0, method, ...params), gone, method);
    }
    assert.equal(await net.call(0, "eth_getTransactionByHash", oldPayment.hash), null);
    assert.equal(await net.call(0, "eth_getBlockByHash", oldBlock.hash, false).catch(() => null), null);
    assert.deepEqual(await block(1, oldBlock.number), oldBlock, "the other validator keeps all");
    for (const [method, request] of [
      ["GetBlockByHeight", { height: "30" }],
      ["GetBlocks", { from_height: "30" }],
    ] as const) {
      const detail = await refused(call(grpc as never, method, request), status.FAILED_PRECONDITION, "NOT_FOUND");
      assert.match(detail.message, gone);
    }
  });

  test("a new follower gets the whole chain from whoever has it, blames nobody, and can prune as well", async () => {
    let follower: TestFollower | undefined;
    try {
      follower = await startFollower(net, "follower", {}, { history: "pruned", keep_blocks: keepBlocks });
      const target = net.height(0);
      await waitUntil("the follower is there", 30_000, () => (follower!.node.finalizedHeight ?? 0) >= target);
      for (const reason of ["SYNC_EMPTY", "SYNC_WRONG_DATA", "WIRE_LIST"]) {
        assert.equal(follower.metrics.value("p2p_penalties_total", { reason }) ?? 0, 0, reason);
      }
      const lowest = async () => {
        const { number } = (await follower!.call("eth_getBlockByNumber", "earliest", false)) as Shown;
        return Number(number);
      };
      await waitUntil("the follower drops old blocks", 10_000, async () => (await lowest()) >= target - keepBlocks);
    } finally {
      await follower?.stop();
    }
    assert.deepEqual(net.failures, []);
  });

  test("does not start as a full node again", async () => {
    await net.stop(0);
    keepHistory(net, 0, "full");
    await assert.rejects(net.start([0]), { code: "HISTORY_PRUNED", hint: /set storage\.history = "pruned"/ });
    keepHistory(net, 0, "pruned");
    await net.start([0]);
    const height = net.height(1);
    await net.reaches(height + 5, 20_000);
  });
});
