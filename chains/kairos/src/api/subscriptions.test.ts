import assert from "node:assert/strict";
import { test } from "node:test";
import { faceAddress, paymentsLogAddress } from "../addresses.ts";
import { buildPayment } from "../payment/buildPayment.ts";
import { signPayment } from "../payment/signPayment.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestNode, type TestNode } from "../testing/testNode.ts";
import type { Json, SubscribeMethod } from "./method.ts";
import { kairosSubscriptions } from "./subscriptions.ts";

const [alice, bob] = [testSigner(1), testSigner(2)];
const genesis = testGenesis({ funded: [alice.address] });

function payment(nonce: bigint): Uint8Array {
  const payments = [{ to: bob.address, amount: 1_000n }];
  return signPayment(buildPayment({ chainId: genesis.params.chainId, nonce, payments }), alice);
}

function listen(node: TestNode, name: string, ...args: unknown[]) {
  const heard: Json[] = [];
  const opened = (kairosSubscriptions[name] as SubscribeMethod).open(node.backend, args, (value) => heard.push(value));
  assert.ok(opened.ok, JSON.stringify(opened));
  return { heard, close: opened.value };
}

test("newHeads and logs follow finality: each height once (J2)", async () => {
  const node = createTestNode(genesis);
  const heads = listen(node, "eth_subscribe", "newHeads", undefined);
  const logs = listen(node, "eth_subscribe", "logs", { address: faceAddress, topics: undefined });
  const others = listen(node, "eth_subscribe", "logs", { address: paymentsLogAddress, topics: undefined });
  const hash = await node.send(payment(0n));
  const first = node.build();
  assert.deepEqual([heads.heard, logs.heard], [[], []]);
  await node.finalize(first);
  const second = await node.mine();
  assert.deepEqual(
    heads.heard.map((head) => (head as { hash: string }).hash),
    [`0x${first}`, `0x${second}`],
  );
  assert.deepEqual(
    logs.heard.map((log) => (log as { transactionHash: string }).transactionHash),
    [`0x${hash}`],
  );
  assert.deepEqual(others.heard, []);
  heads.close();
  await node.mine();
  assert.equal(heads.heard.length, 2);
});

test("notarized heads come with a removal when they are skipped", async () => {
  const node = createTestNode(genesis);
  const heads = listen(node, "eth_subscribe", "newHeads", { level: "notarized" });
  const digest = node.build();
  const at = { epoch: 0, view: 1, seenMs: 5, certificate: undefined };
  node.events.publish({ what: "notarized", digest, height: undefined, ...at });
  node.events.publish({ what: "skipped", digest });
  assert.deepEqual(
    heads.heard
      .map((head) => ({ ...(head as { hash: string; level?: string; removed?: boolean }) }))
      .map(({ hash, level, removed }) => ({ hash, level, removed })),
    [
      { hash: `0x${digest}`, level: "notarized", removed: undefined },
      { hash: `0x${digest}`, level: undefined, removed: true },
    ],
  );
});

test("pending transactions as hashes or whole, unless the pool is private", async () => {
  const node = createTestNode(genesis);
  const hashes = listen(node, "eth_subscribe", "newPendingTransactions", undefined);
  const whole = listen(node, "eth_subscribe", "newPendingTransactions", true);
  const hash = await node.send(payment(0n));
  assert.deepEqual(hashes.heard, [`0x${hash}`]);
  assert.equal((whole.heard[0] as { hash: string }).hash, `0x${hash}`);
  const hidden = createTestNode(genesis, { limits: { pendingPublic: false } });
  const refused = (kairosSubscriptions.eth_subscribe as SubscribeMethod).open(
    hidden.backend,
    ["newPendingTransactions", undefined],
    () => {},
  );
  assert.equal(refused.ok, false);
});

test("options of another kind are refused", () => {
  const node = createTestNode(genesis);
  const { open } = kairosSubscriptions.eth_subscribe as SubscribeMethod;
  for (const [kind, options] of [
    ["logs", true],
    ["newHeads", false],
    ["newPendingTransactions", { address: undefined }],
  ]) {
    const opened = open(node.backend, [kind, options], () => {});
    assert.equal(opened.ok ? 0 : opened.error.code, -32602);
  }
});

test("consensus events by kind", () => {
  const node = createTestNode(genesis);
  const heard = listen(node, "kairos_subscribe", ["nullified", "finalized"]).heard;
  const at = { epoch: 0, view: 7, seenMs: 123, certificate: Uint8Array.of(1, 2) };
  const digest = node.ledger.head().digest;
  node.events.publish({ what: "nullified", ...at });
  node.events.publish({ what: "notarized", digest, height: undefined, ...at });
  node.events.publish({ what: "finalized", digest, height: node.ledger.head().header.number, ...at });
  const common = { epoch: "0x0", view: "0x7", seenMs: 123, certificate: "0x0102" };
  assert.deepEqual(heard, [
    { event: "nullified", ...common },
    { event: "finalized", ...common, hash: `0x${digest}`, height: "0x0" },
  ]);
});

test("what is watched is bounded, and given back at the end", () => {
  const node = createTestNode(genesis);
  const { open } = kairosSubscriptions.eth_subscribe as SubscribeMethod;
  const watch = (count: number) => {
    const address = Array.from({ length: count }, (_, i) => i.toString(16).padStart(40, "0"));
    return open(node.backend, ["logs", { address, topics: undefined }], () => {});
  };
  assert.equal(watch(257).ok, false);
  const opened = Array.from({ length: 391 }, () => watch(256));
  const refused = opened.filter(({ ok }) => !ok);
  assert.equal(refused.length, 1);
  assert.ok(opened[0]?.ok);
  opened[0].value();
  assert.equal(watch(256).ok, true);
});
