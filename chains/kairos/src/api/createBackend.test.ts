import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, millis, ok, validatorIndex, view } from "@polis/codec";
import type { Store } from "@polis/ports";
import { createCallWorld } from "../calls/createCallWorld.ts";
import { runJob } from "../calls/runJob.ts";
import type { TransactionFault } from "../errors.ts";
import { createKairosLedger } from "../ledger/createKairosLedger.ts";
import { createLedgerEvm } from "../ledger/createLedgerEvm.ts";
import { buildPayment } from "../payment/buildPayment.ts";
import { signPayment } from "../payment/signPayment.ts";
import { expectOk } from "../testing/expectOk.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createMemoryStore } from "../testing/memoryStore.ts";
import { createBackend } from "./createBackend.ts";
import { kairosApi } from "./kairosApi.ts";

const [alice, bob] = [testSigner(1), testSigner(2)];
const genesis = testGenesis({ funded: [alice.address] });

function node() {
  const memory = createMemoryStore();
  let bodies = 0;
  const store: Store = {
    ...memory,
    get(table, key) {
      if (table === "blocks") bodies++;
      return memory.get(table, key);
    },
  };
  const ledger = createKairosLedger({ genesis, store });
  const status = {
    network: "local",
    role: "validator",
    currentView: view(1),
    finalizedView: view(0),
    peers: 0,
    requiredPeers: 0,
    mempool: { pending: 0, queued: 0, bytes: 0 },
    uptimeMs: 0,
    syncingTo: undefined,
  } as const;
  const jobs: string[] = [];
  const world = createCallWorld(ledger, createLedgerEvm(genesis.params));
  const backend = createBackend({
    reader: ledger,
    genesis,
    clientVersion: "kairos/test",
    submit: async (envelope) => {
      const admitted = ledger.admit(millis(0), 1, envelope);
      return admitted.ok ? ok(admitted.value.hash) : { ok: false, fault: admitted.fault as TransactionFault };
    },
    finalityProof: () => undefined,
    status: () => status,
    run: async (job) => {
      jobs.push(job.kind);
      return runJob(world, job);
    },
  });
  const call = async (name: string, ...args: unknown[]): Promise<unknown> => {
    const answer = await kairosApi[name]!.handle(backend, args);
    return answer.ok ? answer.value : answer.error;
  };
  const pay = (nonce: bigint) =>
    signPayment(
      buildPayment({ chainId: genesis.params.chainId, nonce, payments: [{ to: bob.address, amount: 1_000_000n }] }),
      alice,
    );
  const build = (v: number, parentDigest: Digest, parentView: number) =>
    ledger.build({
      view: view(v),
      leader: validatorIndex(0),
      parentDigest,
      parentView: view(parentView),
      timeMs: millis(v * 1_000),
      prevSeed: undefined,
    });
  const finalize = (digest: Digest) => store.commit(ledger.finalize(digest));
  return { ledger, call, pay, build, finalize, jobs, bodiesRead: () => bodies };
}

const latest = { kind: "tag", tag: "latest" };
const pending = { kind: "tag", tag: "pending" };

test("a payment from submission to finality, as a client sees it", async () => {
  const { ledger, call, pay, build, finalize } = node();
  const hashText = (await call("eth_sendRawTransaction", pay(0n))) as string;
  const hash = hashText.slice(2) as Digest;
  const state = async () => ((await call("kairos_getTransactionStatus", hash)) as { status: string }).status;
  assert.equal(await state(), "PENDING");
  assert.equal(await call("eth_getTransactionCount", alice.address, pending), "0x1");
  assert.equal(await call("eth_getTransactionCount", alice.address, latest), "0x0");

  const built = build(1, ledger.genesisInfo.digest, 0);
  assert.equal(await state(), "IN_BLOCK");
  assert.equal(await call("eth_getTransactionReceipt", hash), null);
  assert.equal(await call("eth_getBalance", bob.address, pending), "0xde0b6b3a7640000");
  assert.equal(await call("eth_getBalance", bob.address, latest), "0x0");
  const speculative = (await call("eth_getBlockByHash", built.info.digest, false)) as { transactions: string[] };
  assert.deepEqual(speculative.transactions, [hashText]);
  assert.equal(await call("eth_blockNumber"), "0x0");

  await finalize(built.info.digest);
  assert.equal(await state(), "FINALIZED");
  assert.equal(await call("eth_blockNumber"), "0x1");
  assert.equal(await call("eth_getBalance", bob.address, latest), "0xde0b6b3a7640000");
  const receipt = (await call("eth_getTransactionReceipt", hash)) as Record<string, unknown>;
  assert.deepEqual(
    [receipt.status, receipt.blockHash, receipt.transactionIndex, receipt.gasUsed],
    ["0x1", `0x${built.info.digest}`, "0x0", "0x5208"],
  );
  const block = (await call("eth_getBlockByNumber", latest, false)) as Record<string, unknown>;
  assert.equal(block.hash, `0x${built.info.digest}`);
  const again = (await call("eth_sendRawTransaction", pay(0n))) as { code: number };
  assert.equal(again.code, -32000);
});

test("a gap waits in the queue; two speculative blocks are searched", async () => {
  const { ledger, call, pay, build } = node();
  const hashOf = async (nonce: bigint) => ((await call("eth_sendRawTransaction", pay(nonce))) as string).slice(2);
  const state = async (hash: string) =>
    ((await call("kairos_getTransactionStatus", hash)) as { status: string }).status;
  const first = await hashOf(0n);
  const built = build(1, ledger.genesisInfo.digest, 0);
  build(2, built.info.digest, 1);
  const gap = await hashOf(5n);
  assert.deepEqual([await state(first), await state(gap)], ["IN_BLOCK", "QUEUED"]);
  assert.equal(expectOk(ledger.inspect(built.block)).digest, built.info.digest);
});

test("the body of a block is read once, however many receipts are asked for", async () => {
  const { ledger, call, pay, build, finalize, bodiesRead } = node();
  const hashes: string[] = [];
  for (let nonce = 0n; nonce < 20n; nonce++) {
    hashes.push(((await call("eth_sendRawTransaction", pay(nonce))) as string).slice(2));
  }
  const built = build(1, ledger.genesisInfo.digest, 0);
  await finalize(built.info.digest);
  const before = bodiesRead();
  for (const hash of hashes) assert.notEqual(await call("eth_getTransactionReceipt", hash), null);
  assert.equal(bodiesRead() - before, 1);
});

test("J7: values of states long past are searched by jobs, those of the present are read at once", async () => {
  const { ledger, call, pay, build, finalize, jobs } = node();
  let parent = ledger.genesisInfo.digest;
  for (let i = 0; i < 19; i++) {
    if (i < 3) await call("eth_sendRawTransaction", pay(BigInt(i)));
    parent = build(i + 1, parent, i).info.digest;
    if (i < 18) await finalize(parent);
  }
  const at = (height: number) => ({ kind: "number", height });
  const slot = "00".repeat(32);
  for (const ref of [latest, pending, at(18), at(2), { kind: "hash", hash: parent }, undefined]) {
    await call("eth_getBalance", bob.address, ref);
    await call("eth_getTransactionCount", alice.address, ref);
    await call("eth_getCode", alice.address, ref);
    await call("eth_getStorageAt", alice.address, slot, ref);
  }
  assert.deepEqual(jobs, []);
  const seen = [0, 1].map((height) => call("eth_getBalance", bob.address, at(height)));
  assert.deepEqual(await Promise.all(seen), ["0x0", "0xde0b6b3a7640000"]);
  assert.equal(await call("eth_getTransactionCount", alice.address, at(1)), "0x1");
  assert.equal(await call("eth_getCode", alice.address, at(1)), "0x");
  assert.equal(await call("eth_getStorageAt", alice.address, slot, at(1)), `0x${slot}`);
  assert.deepEqual(jobs, Array(5).fill("state"));
});
