import assert from "node:assert/strict";
import { test } from "node:test";
import { buildPayment } from "../payment/buildPayment.ts";
import { signPayment } from "../payment/signPayment.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestNode, type TestNode } from "../testing/testNode.ts";

const signers = [1, 2, 3, 4, 5].map((index) => testSigner(index));
const bob = testSigner(9);
const genesis = testGenesis({ funded: signers.map(({ address }) => address) });
const { floor } = genesis.params.fees;
const latest = { kind: "tag", tag: "latest" };

/** One block in which the senders tip the given amounts per gas. */
async function block(node: TestNode, nonce: bigint, tips: readonly bigint[]): Promise<void> {
  for (const [i, tip] of tips.entries()) {
    const payments = [{ to: bob.address, amount: 1_000n }];
    const fees = { maxTip: tip * 21_000n, maxFee: (floor * 2n + tip) * 21_000n };
    await node.send(
      signPayment(buildPayment({ chainId: genesis.params.chainId, nonce, payments, ...fees }), signers[i]!),
    );
  }
  await node.mine();
}

test("the suggested tip is the 60th percentile of recent non-empty blocks, 0 without any (F5)", async () => {
  const node = createTestNode(genesis);
  assert.equal(await node.call("eth_maxPriorityFeePerGas"), "0x0");
  assert.equal(await node.call("eth_gasPrice"), `0x${floor.toString(16)}`);
  await block(node, 0n, [1n, 2n, 3n, 4n, 5n]);
  assert.equal(await node.call("eth_maxPriorityFeePerGas"), "0x3");
  await node.mine();
  assert.equal(await node.call("eth_maxPriorityFeePerGas"), "0x3");
  await block(node, 1n, [9n, 9n, 9n, 9n, 9n]);
  assert.equal(await node.call("eth_maxPriorityFeePerGas"), "0x9");
  // A client that asks for the first time sees the same as one that asked all along.
  const { createTipOracle } = await import("./tipOracle.ts");
  const late = createTipOracle(
    (at) => node.backend.blockByHeight(at),
    () => node.backend.finalizedHeight(),
  );
  assert.equal(late(), 9n);
});

test("only the last 20 non-empty blocks count", async () => {
  const node = createTestNode(genesis);
  await block(node, 0n, [100n]);
  for (let nonce = 1n; nonce <= 20n; nonce++) await block(node, nonce, [2n]);
  assert.equal(await node.call("eth_maxPriorityFeePerGas"), "0x2");
});

test("fee history: base fees with the next one, fullness, and percentiles weighted by gas", async () => {
  const node = createTestNode(genesis);
  await block(node, 0n, [5n, 1n, 3n, 2n, 4n]);
  await node.mine();
  const history = (await node.call("eth_feeHistory", 2n, latest, [0, 50, 100])) as {
    oldestBlock: string;
    baseFeePerGas: string[];
    gasUsedRatio: number[];
    reward: string[][];
  };
  assert.equal(history.oldestBlock, "0x1");
  assert.equal(history.baseFeePerGas.length, 3);
  assert.deepEqual(history.gasUsedRatio, [(5 * 21_000) / 60_000_000, 0]);
  assert.deepEqual(history.reward, [
    ["0x1", "0x3", "0x5"],
    ["0x0", "0x0", "0x0"],
  ]);
  const next = (await node.call("eth_feeHistory", 1n, latest)) as { baseFeePerGas: string[]; reward?: unknown };
  assert.equal(next.baseFeePerGas[1], `0x${node.ledger.nextBaseFee().toString(16)}`);
  assert.equal(next.reward, undefined);
});

test("more blocks than there are, or than the limit, give fewer; bad percentiles are named", async () => {
  const node = createTestNode(genesis, { limits: { feeHistoryMax: 2 } });
  for (let i = 0; i < 4; i++) await node.mine();
  const many = (await node.call("eth_feeHistory", 1_000n, latest, [])) as { gasUsedRatio: number[] };
  assert.equal(many.gasUsedRatio.length, 2);
  const none = (await node.call("eth_feeHistory", 0n, latest, [])) as { gasUsedRatio: number[] };
  assert.deepEqual(none.gasUsedRatio, []);
  for (const bad of [[50, 10], [101], [-1], ["5"], "5", Array.from({ length: 101 }, () => 1)]) {
    const error = (await node.call("eth_feeHistory", 1n, latest, bad)) as { code: number; message: string };
    assert.equal(error.code, -32602);
    assert.match(error.message, /rewardPercentiles/);
  }
  const unknown = (await node.call("eth_feeHistory", 1n, { kind: "number", height: 99 }, [])) as { code: number };
  assert.equal(unknown.code, -32001);
});
