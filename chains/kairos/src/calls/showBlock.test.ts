import assert from "node:assert/strict";
import { test } from "node:test";
import { blockJson } from "../api/blockJson.ts";
import { receiptJson } from "../api/receiptJson.ts";
import { buildPayment } from "../payment/buildPayment.ts";
import { signPayment } from "../payment/signPayment.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestNode } from "../testing/testNode.ts";
import { runJob } from "./runJob.ts";

const [alice, bob] = [testSigner(1), testSigner(2)];
const genesis = testGenesis({ funded: [alice.address] });

test("a full block and its receipts are the same from a job as from the node itself", async () => {
  const jobs: string[] = [];
  const node = createTestNode(genesis);
  const backend = {
    ...node.backend,
    run: async (job: Parameters<typeof runJob>[1]) => {
      jobs.push(job.kind);
      return runJob(node.world, structuredClone(job));
    },
  };
  for (let nonce = 0n; nonce < 110n; nonce++) {
    const payments = [{ to: bob.address, amount: 1_000n + nonce }];
    await node.send(signPayment(buildPayment({ chainId: genesis.params.chainId, nonce, payments }), alice));
  }
  const digest = await node.mine();
  const block = node.backend.blockByDigest(digest)!;
  const { kairosApi } = await import("../api/kairosApi.ts");
  const ask = async (name: string, ...args: unknown[]) => {
    const answer = await kairosApi[name]!.handle(backend, args);
    return answer.ok ? answer.value : answer.error;
  };
  const latest = { kind: "tag", tag: "latest" };
  assert.deepEqual(await ask("eth_getBlockByNumber", latest, true), blockJson(block, true));
  assert.deepEqual(await ask("eth_getBlockByHash", digest, false), blockJson(block, false));
  assert.deepEqual(
    await ask("eth_getBlockReceipts", latest),
    block.transactions().map((_, index) => receiptJson({ block, index })),
  );
  assert.deepEqual(jobs, ["block", "receipts"]);
  assert.equal(((await ask("eth_getBlockReceipts", latest)) as unknown[]).length, 110);
});
