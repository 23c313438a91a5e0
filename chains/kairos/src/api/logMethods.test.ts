import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address, Digest } from "@polis/codec";
import fc from "fast-check";
import { faceAddress, paymentsLogAddress } from "../addresses.ts";
import { buildPayment } from "../payment/buildPayment.ts";
import { signPayment } from "../payment/signPayment.ts";
import { addressTopic, paymentMemoTopic, transferTopic } from "../receipt/log.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestNode, type TestNode } from "../testing/testNode.ts";
import { matchesLog } from "./logCriteria.ts";

const alice = testSigner(1);
const people: readonly Address[] = [testSigner(2).address, testSigner(3).address, testSigner(4).address];
const genesis = testGenesis({ funded: [alice.address] });

interface Shown {
  readonly logIndex: string;
  readonly blockNumber: string;
  readonly transactionHash: string;
}

/** Blocks with zero to two payments each, some with memos. */
async function chain(shape: readonly (readonly number[])[], changes = {}): Promise<TestNode> {
  const node = createTestNode(genesis, changes);
  let nonce = 0n;
  for (const block of shape) {
    for (const who of block) {
      const memo = who % 2 === 1 ? Uint8Array.of(who) : new Uint8Array(0);
      const payments = [{ to: people[who % 3]!, amount: 1_000n + nonce, memo }];
      await node.send(signPayment(buildPayment({ chainId: genesis.params.chainId, nonce, payments }), alice));
      nonce++;
    }
    await node.mine();
  }
  return node;
}

const number = (height: number) => ({ kind: "number", height });
const filter = (fields: object) => ({
  address: undefined,
  topics: undefined,
  fromBlock: undefined,
  toBlock: undefined,
  blockHash: undefined,
  ...fields,
});

test("eth_getLogs gives what a look at every log of every block gives", async () => {
  const shape = fc.array(fc.array(fc.nat(5), { maxLength: 2 }), { minLength: 1, maxLength: 6 });
  const addresses = fc.subarray([faceAddress, paymentsLogAddress, people[0]!]);
  const topicAt = fc.subarray<Digest>([transferTopic, paymentMemoTopic, ...people.map(addressTopic)]);
  const range = fc.tuple(fc.nat(8), fc.nat(8));
  const criteria = fc.record({ addresses, topics: fc.array(topicAt, { maxLength: 4 }) });
  await fc.assert(
    fc.asyncProperty(shape, criteria, range, async (blocks, wanted, [a, b]) => {
      const node = await chain(blocks);
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const naive: string[] = [];
      for (let at = from; at <= Math.min(to, blocks.length); at++) {
        let index = 0;
        for (const receipt of node.ledger.receiptsByHeight(at as never) ?? []) {
          for (const log of receipt.logs) {
            if (matchesLog(wanted, log)) naive.push(`${at}/${index}`);
            index++;
          }
        }
      }
      const fields = { address: wanted.addresses, topics: wanted.topics, fromBlock: number(from), toBlock: number(to) };
      const found = (await node.call("eth_getLogs", filter(fields))) as Shown[];
      assert.deepEqual(
        found.map((log) => `${Number(log.blockNumber)}/${Number(log.logIndex)}`),
        naive,
      );
    }),
    { numRuns: 25 },
  );
});

test("a single topic, a list, and null at a position", async () => {
  const node = await chain([[0], [1], [2]]);
  const count = async (topics: unknown, address?: unknown) => {
    const fields = filter({ topics, address, fromBlock: number(0), toBlock: number(3) });
    return ((await node.call("eth_getLogs", fields)) as Shown[]).length;
  };
  assert.equal(await count([transferTopic]), 3);
  assert.equal(await count([[transferTopic, paymentMemoTopic]]), 4);
  assert.equal(await count([[transferTopic, undefined]]), 4);
  assert.equal(await count([undefined, undefined, addressTopic(people[0]!)]), 1);
  assert.equal(await count(undefined, paymentsLogAddress), 1);
  assert.equal(await count([undefined, undefined, undefined, undefined]), 1);
});

test("a query over the limits says at once which range would fit (J5)", async () => {
  const limits = { logsMaxRange: 3, logsMaxResults: 2 };
  const node = await chain([[0], [0], [0], [0]], { limits });
  const over = await node.call("eth_getLogs", filter({ fromBlock: number(0), toBlock: number(9_999_999) }));
  assert.deepEqual(over, {
    code: -32005,
    message: "log query over the limit: the limit is 3 blocks",
    data: { maxRange: "0x3", requestedRange: "0x989680", suggestedRange: { fromBlock: "0x0", toBlock: "0x2" } },
  });
  const many = (await node.call("eth_getLogs", filter({ fromBlock: number(1), toBlock: number(3) }))) as {
    data: { suggestedRange: { toBlock: string } };
  };
  assert.equal(many.data.suggestedRange.toBlock, "0x2");
  const fits = await node.call("eth_getLogs", filter({ fromBlock: number(1), toBlock: number(2) }));
  assert.equal((fits as Shown[]).length, 2);
});

test("a block hash chooses one block; impossible ranges are parameter errors", async () => {
  const node = await chain([[0], [0, 0]]);
  const hash = node.ledger.head().digest;
  assert.equal(((await node.call("eth_getLogs", filter({ blockHash: hash }))) as Shown[]).length, 2);
  const unknown = (await node.call("eth_getLogs", filter({ blockHash: "12".repeat(32) }))) as { code: number };
  assert.equal(unknown.code, -32001);
  const both = (await node.call("eth_getLogs", filter({ blockHash: hash, toBlock: number(1) }))) as { code: number };
  assert.equal(both.code, -32602);
  const turned = (await node.call("eth_getLogs", filter({ fromBlock: number(2), toBlock: number(1) }))) as {
    code: number;
  };
  assert.equal(turned.code, -32602);
  assert.deepEqual(await node.call("eth_getLogs", filter({ fromBlock: number(50), toBlock: number(60) })), []);
  // Without a range the last finalized block is meant.
  assert.equal(((await node.call("eth_getLogs", filter({}))) as Shown[]).length, 2);
});

test("filters give each log, block and pending transaction once", async () => {
  const node = await chain([[0]]);
  const logs = await node.call("eth_newFilter", filter({ address: faceAddress, fromBlock: number(0) }));
  const blocks = await node.call("eth_newBlockFilter");
  const pending = await node.call("eth_newPendingTransactionFilter");
  assert.deepEqual([logs, blocks, pending], ["0x1", "0x2", "0x3"]);
  assert.deepEqual(await node.call("eth_getFilterChanges", blocks), []);
  const payments = [{ to: people[0]!, amount: 5n }];
  const envelope = signPayment(buildPayment({ chainId: genesis.params.chainId, nonce: 1n, payments }), alice);
  const hash = await node.send(envelope);
  const digest = await node.mine();
  assert.deepEqual(await node.call("eth_getFilterChanges", pending), [`0x${hash}`]);
  assert.deepEqual(await node.call("eth_getFilterChanges", pending), []);
  assert.deepEqual(await node.call("eth_getFilterChanges", blocks), [`0x${digest}`]);
  assert.deepEqual(await node.call("eth_getFilterChanges", blocks), []);
  const changes = (await node.call("eth_getFilterChanges", logs)) as Shown[];
  assert.deepEqual(
    changes.map(({ transactionHash }) => transactionHash),
    [`0x${hash}`],
  );
  assert.deepEqual(await node.call("eth_getFilterChanges", logs), []);
  assert.equal(((await node.call("eth_getFilterLogs", logs)) as Shown[]).length, 2);
  assert.equal(((await node.call("eth_getFilterLogs", blocks)) as { code: number }).code, -32602);
  assert.equal(await node.call("eth_uninstallFilter", logs), true);
  assert.equal(await node.call("eth_uninstallFilter", logs), false);
  assert.equal(((await node.call("eth_getFilterChanges", logs)) as { code: number }).code, -32001);
});

test("filters are bounded, and forgotten when nobody asks", async () => {
  let nowMs = 0;
  const node = await chain([], { limits: { maxFilters: 2, filterTtlMs: 1_000 }, nowMs: () => nowMs });
  const first = await node.call("eth_newBlockFilter");
  nowMs = 600;
  const second = await node.call("eth_newBlockFilter");
  assert.equal(((await node.call("eth_newBlockFilter")) as { code: number }).code, -32005);
  nowMs = 1_100;
  assert.equal(((await node.call("eth_getFilterChanges", first)) as { code: number }).code, -32001);
  assert.deepEqual(await node.call("eth_getFilterChanges", second), []);
  assert.equal(typeof (await node.call("eth_newBlockFilter")), "string");
});

test("an operator can hide the pool (M10)", async () => {
  const node = await chain([], { limits: { pendingPublic: false } });
  for (const name of ["eth_newPendingTransactionFilter", "txpool_content", "txpool_inspect"]) {
    assert.equal(((await node.call(name)) as { code: number }).code, -32601);
  }
  assert.equal(((await node.call("txpool_contentFrom", alice.address)) as { code: number }).code, -32601);
  assert.deepEqual(await node.call("txpool_status"), { pending: "0x0", queued: "0x0" });
});
