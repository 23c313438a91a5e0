import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, decodeRlpList } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { verifyProof } from "@polis/state";
import fc from "fast-check";
import { faceAddress } from "../addresses.ts";
import { buildPayment } from "../payment/buildPayment.ts";
import { signPayment } from "../payment/signPayment.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestNode, type TestNode } from "../testing/testNode.ts";
import { faceSlot } from "../usdc/faceSlots.ts";

const [alice, bob] = [testSigner(1), testSigner(2)];
const genesis = testGenesis({ funded: [alice.address] });
const latest = { kind: "tag", tag: "latest" };
const bytes = (hex: string) => Uint8Array.fromHex(hex.slice(2));

async function chain(shape: readonly number[]): Promise<TestNode> {
  const node = createTestNode(genesis);
  let nonce = 0n;
  for (const count of shape) {
    for (let i = 0; i < count; i++) {
      const payments = [{ to: bob.address, amount: 1_000n }];
      await node.send(signPayment(buildPayment({ chainId: genesis.params.chainId, nonce, payments }), alice));
      nonce++;
    }
    await node.mine();
  }
  return node;
}

interface Proof {
  readonly balance: string;
  readonly storageHash: string;
  readonly accountProof: readonly string[];
  readonly storageProof: readonly { readonly key: string; readonly value: string; readonly proof: readonly string[] }[];
}

test("eth_getProof proves accounts and slots, and their absence, under the header's state root", async () => {
  const node = await chain([2]);
  const { stateRoot } = node.ledger.head().header;
  const prove = (address: string, ...slots: unknown[]) =>
    node.call("eth_getProof", address, slots, latest) as Promise<Proof>;
  const value = (root: string, key: Uint8Array, proof: readonly string[]) =>
    verifyProof(root as Digest, keccak256(key), proof.map(bytes));

  const own = await prove(alice.address);
  const found = value(stateRoot, Uint8Array.fromHex(alice.address), own.accountProof);
  assert.ok(found.ok && found.value !== undefined);
  const fields = decodeRlpList(found.value, { maxBytes: 200, maxItems: 5, maxDepth: 1 });
  assert.ok(fields.ok);
  assert.equal(BigInt(own.balance), BigInt(`0x${(fields.value[1] as Uint8Array).toHex()}`));

  const nobody = await prove("99".repeat(20));
  const absent = value(stateRoot, new Uint8Array(20).fill(0x99), nobody.accountProof);
  assert.ok(absent.ok && absent.value === undefined);
  assert.equal(nobody.balance, "0x0");

  const face = await prove(faceAddress, faceSlot.totalMinted, 77n);
  assert.deepEqual(
    face.storageProof.map(({ key }) => key),
    [`0x${faceSlot.totalMinted}`, "0x4d"],
  );
  const [minted, none] = face.storageProof;
  const root = face.storageHash.slice(2);
  const slot = value(root, Uint8Array.fromHex(faceSlot.totalMinted), minted!.proof);
  assert.ok(slot.ok && slot.value !== undefined);
  assert.ok(BigInt(minted!.value) > 0n);
  assert.equal(none!.value, "0x0");
});

test("storage and code at a block; a slot as a quantity or as 32 bytes", async () => {
  const node = await chain([1]);
  const word = (await node.call("eth_getStorageAt", faceAddress, 6n, latest)) as string;
  assert.equal(word, await node.call("eth_getStorageAt", faceAddress, faceSlot.totalMinted, latest));
  assert.equal(word.length, 66);
  assert.notEqual(await node.call("eth_getCode", faceAddress), "0x");
  assert.equal(await node.call("eth_getCode", alice.address), "0x");
  const unknown = (await node.call("eth_getCode", alice.address, { kind: "number", height: 9 })) as { code: number };
  assert.equal(unknown.code, -32001);
});

test("transactions and receipts are proven under the roots of their header (L4)", async () => {
  const node = await chain([3]);
  const { digest, header } = node.ledger.head();
  const block = node.backend.blockByDigest(digest)!;
  for (const { hash, envelope } of block.decoded()) {
    for (const [name, root] of [
      ["kairos_getTransactionProof", header.transactionsRoot],
      ["kairos_getReceiptProof", header.receiptsRoot],
    ] as const) {
      const proof = (await node.call(name, hash)) as Record<string, string> & { proof: string[] };
      const found = verifyProof(root, bytes(proof.key!), proof.proof.map(bytes));
      assert.ok(found.ok && found.value !== undefined);
      assert.equal(`0x${found.value.toHex()}`, proof.value);
      assert.equal(keccak256(bytes(proof.header!)).toHex(), digest);
      if (name === "kairos_getTransactionProof") assert.equal(proof.value, `0x${envelope.toHex()}`);
    }
  }
  assert.equal(await node.call("kairos_getTransactionProof", "11".repeat(32)), null);
});

interface Page {
  readonly items: readonly { readonly hash: string; readonly role: string }[];
  readonly nextCursor: string | null;
}

test("pages of an account's transactions hold each entry exactly once", async () => {
  const shape = fc.array(fc.nat(4), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(shape, fc.integer({ min: 1, max: 4 }), async (blocks, limit) => {
      const node = await chain(blocks);
      const options = { role: undefined, fromHeight: undefined, toHeight: undefined, limit: BigInt(limit) };
      const seen: string[] = [];
      let cursor: string | null | undefined;
      while (cursor !== null) {
        const page = (await node.call("kairos_getAddressTransactions", bob.address, { ...options, cursor })) as Page;
        assert.ok(page.items.length <= limit);
        seen.push(...page.items.map(({ hash }) => hash));
        cursor = page.nextCursor;
      }
      const expected = blocks.flatMap((_, i) =>
        node.backend
          .blockByHeight((i + 1) as never)!
          .decoded()
          .map(({ hash }) => `0x${hash}`),
      );
      assert.deepEqual(seen, expected.reverse());
    }),
    { numRuns: 15 },
  );
});

test("address options: role, heights, and cursors that are not ours", async () => {
  const node = await chain([1, 1, 1]);
  const count = async (account: string, options: object) =>
    ((await node.call("kairos_getAddressTransactions", account, options)) as Page).items.length;
  assert.equal(await count(alice.address, { role: "sender" }), 3);
  assert.equal(await count(alice.address, { role: "recipient" }), 0);
  assert.equal(await count(bob.address, { fromHeight: 2n }), 2);
  assert.equal(await count(bob.address, { toHeight: 1n }), 1);
  assert.equal(await count(bob.address, { fromHeight: 2n, toHeight: 2n }), 1);
  for (const bad of [{ cursor: "x" }, { cursor: "99999999999999999-1-1" }, { limit: 0n }, { limit: 101n }]) {
    const error = (await node.call("kairos_getAddressTransactions", bob.address, bad)) as { code: number };
    assert.equal(error.code, -32602);
  }
});

test("traces of payments: a call with a call per payment, accounts before and after, no opcodes", async () => {
  const node = await chain([2]);
  const hash = node.backend.blockByHeight(1 as never)!.decoded()[1]!.hash;
  const trace = (options: object) => node.call("debug_traceTransaction", hash, options) as Promise<never>;
  const call = (await trace({ tracer: "callTracer", tracerConfig: { withLog: true } })) as {
    type: string;
    gasUsed: string;
    calls: { to: string; logs: unknown[] }[];
  };
  assert.deepEqual([call.type, call.gasUsed, call.calls.length], ["CALL", "0x5208", 1]);
  assert.equal(call.calls[0]?.logs.length, 1);
  const before = (await trace({ tracer: "prestateTracer" })) as Record<string, { nonce?: number; balance: string }>;
  assert.equal(before[`0x${alice.address}`]?.nonce, 1);
  const change = (await trace({ tracer: "prestateTracer", tracerConfig: { diffMode: true } })) as {
    post: Record<string, { nonce?: number; balance: string }>;
  };
  assert.equal(change.post[`0x${alice.address}`]?.nonce, 2);
  const moved = BigInt(change.post[`0x${bob.address}`]!.balance) - BigInt(before[`0x${bob.address}`]!.balance);
  assert.equal(moved, 10n ** 15n);
  assert.deepEqual(((await trace({})) as { structLogs: unknown[] }).structLogs, []);
  const whole = (await node.call(
    "debug_traceBlockByNumber",
    { kind: "number", height: 1 },
    { tracer: "callTracer" },
  )) as {
    txHash: string;
  }[];
  assert.deepEqual(
    whole.map(({ txHash }) => txHash),
    node.backend
      .blockByHeight(1 as never)!
      .decoded()
      .map((one) => `0x${one.hash}`),
  );
  const first = (await node.call("debug_traceBlockByNumber", { kind: "number", height: 0 })) as { message: string };
  assert.equal(first.message, "genesis is not traceable");
});

test("raw bytes hash to what they are called by", async () => {
  const node = await chain([2]);
  const { digest } = node.ledger.head();
  const raw = (await node.call("debug_getRawHeader", latest)) as string;
  assert.equal(keccak256(bytes(raw)).toHex(), digest);
  const block = (await node.call("debug_getRawBlock", latest)) as string;
  assert.equal(block, `0x${node.ledger.blockByDigest(digest)!.toHex()}`);
  const receipts = (await node.call("debug_getRawReceipts", latest)) as string[];
  assert.equal(receipts.length, 2);
  const { hash } = node.backend.blockByDigest(digest)!.decoded()[0]!;
  const envelope = (await node.call("debug_getRawTransaction", hash)) as string;
  assert.equal(keccak256(bytes(envelope)).toHex(), hash);
});
