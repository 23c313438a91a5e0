import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Address } from "@polis/codec";
import {
  anchorFromGenesis,
  checkpointOf,
  createJsonRpc,
  type Json,
  type JsonRpc,
  jsonRpcProofs,
  LightClient,
  LightClientError,
} from "@polis/sdk";
import { TestNetwork } from "../testing/network.ts";

const shop = "51".repeat(20) as Address;
let network: TestNetwork;
let rpc: JsonRpc;
let paid: string;

before(async () => {
  network = await TestNetwork.generate(1);
  await network.start();
  rpc = createJsonRpc(`http://127.0.0.1:${network.ports.jsonRpc}`);
  const { raw, hash } = network.payers[0]!.pay(shop, 1_250_000n);
  paid = hash;
  await rpc.call("eth_sendRawTransactionSync", [raw, 10_000]);
});
after(() => network.close());

const client = (from: JsonRpc = rpc) => LightClient.fromGenesis(network.genesisText(), jsonRpcProofs(from));

test("L4: balances, blacklist, slots, transactions and receipts of a real node are proven", async () => {
  const light = client();
  const balance = await light.balance(`0x${shop}`);
  assert.deepEqual([balance.usdc6, balance.native, balance.blacklisted], [1_250_000n, 1_250_000n * 10n ** 12n, false]);
  const face = "0x3600000000000000000000000000000000000000";
  assert.equal((await light.balance(face)).blacklisted, true, "the face itself is blacklisted (U12)");
  const nobody = await light.account(`0x${"77".repeat(20)}`);
  assert.deepEqual([nobody.exists, nobody.balance], [false, 0n]);
  assert.equal(await light.storage(`0x${"77".repeat(20)}`, `0x${"00".repeat(32)}`), 0n);
  assert.equal(await light.allowance(`0x${shop}`, face), 0n);
  const payment = await light.payment(paid);
  assert.equal(payment.from, `0x${network.payers[0]!.address}`);
  assert.deepEqual(
    payment.transaction.payments.map(({ to, amount }) => [to, amount]),
    [[shop, 1_250_000n]],
  );
  assert.equal(payment.logs.length, 1);
  const { block } = await light.transaction(paid);
  assert.equal((await light.block(block.height)).hash, block.hash);
  assert.equal((await light.block(block.hash)).height, block.height);
  await assert.rejects(light.payment(`0x${"12".repeat(32)}`), { step: "missing" });
});

test("every block that the node calls final is proven, and linked to the one before it", async () => {
  const light = client();
  const { height } = await light.latest();
  let parent = `0x${light.anchor.genesisHash}`;
  for (let h = 1; h <= Math.min(height, 40); h++) {
    const block = await light.block(h);
    assert.equal(`0x${block.header.parentHash}`, parent);
    parent = block.hash;
  }
});

test("L5: a checkpoint commits to the keys; the latest block is never older than it, nor too old", async () => {
  const light = client();
  const block = await light.latest();
  const checkpoint = checkpointOf(light.anchor, block);
  const again = await LightClient.fromCheckpoint(JSON.parse(JSON.stringify(checkpoint)), jsonRpcProofs(rpc));
  assert.deepEqual(again.anchor, light.anchor);
  assert.equal((await again.block(block.height)).hash, block.hash);
  const other = { ...checkpoint, validatorSetHash: `0x${"00".repeat(32)}` } as const;
  await assert.rejects(LightClient.fromCheckpoint(other, jsonRpcProofs(rpc)), { step: "anchor" });
  const forked = { ...checkpoint, hash: `0x${"00".repeat(32)}` } as const;
  const onFork = await LightClient.fromCheckpoint(forked, jsonRpcProofs(rpc));
  await assert.rejects(onFork.block(block.height), { step: "anchor" });
  const ahead = await LightClient.fromCheckpoint({ ...checkpoint, height: 2 ** 40 }, jsonRpcProofs(rpc));
  await assert.rejects(ahead.latest(), { step: "stale" });
  const old = await rpc.call("kairos_getFinalityCertificate", ["0x1"]);
  const stuck = { url: "", call: async () => old };
  const anchor = anchorFromGenesis(network.genesisText());
  await assert.rejects(new LightClient(anchor, jsonRpcProofs(stuck), { maxAgeMs: 0.001 }).latest(), { step: "stale" });
  await assert.rejects(LightClient.fromCheckpoint({ ...checkpoint, epoch: 0.5 }, jsonRpcProofs(rpc)), {
    code: "CHECKPOINT",
  });
});

/** Every place of a JSON value that is no object or list, as a path. */
function leaves(value: Json, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, one]) => leaves(one as Json, [...path, key]));
}

function replaced(value: Json, path: readonly (string | number)[], change: (leaf: Json) => Json): Json {
  if (path.length === 0) return change(value);
  const [key, ...rest] = path as [string, ...string[]];
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, Json>;
  copy[key] = replaced(copy[key]!, rest, change);
  return copy as Json;
}

/** Lies of every kind about one value. */
const lies: readonly ((leaf: Json) => Json)[] = [
  (leaf) => (typeof leaf === "string" ? flip(leaf, leaf.length - 1) : typeof leaf === "number" ? leaf + 1 : "0x00"),
  (leaf) => (typeof leaf === "string" ? flip(leaf, Math.min(8, leaf.length - 1)) : -1),
  (leaf) => (typeof leaf === "string" ? leaf.slice(0, -2) : 2 ** 60),
  (leaf) => (typeof leaf === "string" ? `${leaf}00` : {}),
  () => null,
  () => "0x",
  () => [],
];

function flip(text: string, at: number): string {
  const digit = text[at] === "0" ? "1" : "0";
  return text.slice(0, at) + digit + text.slice(at + 1);
}

test("a node that lies in any field of any answer is never believed", async () => {
  const block = (await client().latest()).height;
  const answers = new Map<string, Json>();
  const recording: JsonRpc = {
    url: "",
    async call(method, params) {
      // The chain goes on while the test runs: every answer is about one block.
      const asked = params[0] === "latest" ? [`0x${block.toString(16)}`] : params;
      const key = JSON.stringify([method, asked]);
      const answer = answers.get(key) ?? (await rpc.call(method, asked));
      answers.set(key, answer);
      return answer;
    },
  };
  const { anchor } = client();
  const everything = async (from: JsonRpc) => {
    const light = new LightClient(anchor, jsonRpcProofs(from));
    return { balance: await light.balance(`0x${shop}`), payment: await light.payment(paid) };
  };
  const truth = await everything(recording);
  let refused = 0;
  for (const [key, answer] of answers) {
    for (const path of [[], ...leaves(answer)]) {
      for (const lie of lies) {
        const changed = replaced(answer, path, lie);
        if (JSON.stringify(changed) === JSON.stringify(answer)) continue;
        const lying: JsonRpc = {
          url: "",
          call: async (method, params) => {
            const asked = params[0] === "latest" ? [`0x${block.toString(16)}`] : params;
            return JSON.stringify([method, asked]) === key ? changed : answers.get(JSON.stringify([method, asked]))!;
          },
        };
        const told = await everything(lying).catch((error: unknown) => error);
        if (told instanceof LightClientError) refused++;
        // A field that is only for people may say anything: what is believed is still the truth.
        else assert.deepEqual(told, truth, `${key} at ${path.join(".")}`);
      }
    }
  }
  assert.ok(refused > 100, `${refused} lies were refused`);
});
