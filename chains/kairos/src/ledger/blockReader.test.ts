import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest } from "@polis/codec";
import { encodeBlock } from "../block/envelope.ts";
import { buildPayment } from "../payment/buildPayment.ts";
import { signPayment } from "../payment/signPayment.ts";
import { expectOk } from "../testing/expectOk.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestChain } from "../testing/testChain.ts";
import { createBlockReader } from "./blockReader.ts";

const alice = testSigner(1);
const genesis = testGenesis({ n: 6, f: 1, funded: [alice.address] });
const pay = (nonce: bigint) =>
  signPayment(buildPayment({ chainId: 52470n, nonce, payments: [{ to: testSigner(2).address, amount: 5n }] }), alice);
const { block, info } = createTestChain(genesis).produce([pay(0n), pay(1n)]);
const reader = createBlockReader(genesis.params);

test("K4, Z5: several bodies can stand under one header and digest; only the true one is whole", () => {
  const { header, transactions } = expectOk(reader.decode(block));
  assert.equal(reader.isWhole(block), true);
  const bodies = [[], transactions.slice(0, 1), transactions.toReversed(), [...transactions, pay(2n)]];
  for (const body of bodies) {
    const other = encodeBlock(header, body, undefined);
    assert.equal(other.digest, info.digest);
    assert.equal(reader.isWhole(other.block), false, `${body.length} transactions`);
    assert.equal(reader.hasOwnTransactions(expectOk(reader.decode(other.block))), false);
  }
  const randao = encodeBlock({ ...header, mixHash: "ab".repeat(32) as Digest }, transactions, undefined);
  assert.equal(reader.isWhole(randao.block), false);
  assert.equal(reader.isWhole(block.subarray(1)), false);
});

test("K19: a seed that mixHash does not commit to is another body", () => {
  const seeded = createBlockReader({ ...genesis.params, randomness: "seed" });
  const { header, transactions } = expectOk(reader.decode(block));
  assert.equal(seeded.isWhole(encodeBlock(header, transactions, new Uint8Array(96).fill(1)).block), false);
});

test("the same bytes are decoded once", () => {
  const copy = block.slice();
  assert.equal(expectOk(reader.decode(copy)), expectOk(reader.decode(copy)));
  assert.notEqual(expectOk(reader.decode(copy)), expectOk(reader.decode(copy.slice())));
});
