import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, type Digest, height, validatorIndex, view } from "@polis/codec";
import { trieRootOfList } from "@polis/state";
import { decodeBlock, encodeBlock } from "../block/envelope.ts";
import type { Header } from "../block/header.ts";
import { buildPayment } from "../payment/buildPayment.ts";
import { signPayment } from "../payment/signPayment.ts";
import { codeOf, expectOk } from "../testing/expectOk.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestChain } from "../testing/testChain.ts";
import { executeBlock } from "./executeBlock.ts";

const alice = testSigner(1);
const genesis = testGenesis({ n: 6, f: 1, funded: [alice.address] });
const producer = createTestChain(genesis);
const pay = (nonce: bigint, amount = 5n) =>
  signPayment(buildPayment({ chainId: 52470n, nonce, payments: [{ to: testSigner(2).address, amount }] }), alice);
const parent = producer.produce([pay(0n)], { timeMs: 5_500 });
const built = producer.produce([pay(1n), pay(2n)], { timeMs: 6_750 });
const good = expectOk(decodeBlock(built.block, genesis.params));

/** Executes a changed copy of the good block on a chain that holds its parent. */
function judge(change: (header: Header) => Partial<Header>, transactions = good.transactions, leader = 2): string {
  const chain = createTestChain(genesis);
  expectOk(chain.import(parent.block));
  const { block } = encodeBlock({ ...good.header, ...change(good.header) }, transactions, undefined);
  const code = codeOf(executeBlock(chain.core, block, validatorIndex(leader)));
  const tree = [...chain.core.executed.keys()];
  assert.equal(tree.length, code === "ok" ? 2 : 1, "a refused block leaves nothing behind");
  return code;
}

const extra = (changes: Partial<Header["extra"]>) => (header: Header) => ({ extra: { ...header.extra, ...changes } });
const other = "ab".repeat(32) as Digest;

test("the unchanged block is accepted", () => {
  assert.equal(
    judge(() => ({})),
    "ok",
  );
});

const rules: readonly (readonly [string, string, (header: Header) => Partial<Header>])[] = [
  ["an unknown parent", "BLOCK_UNKNOWN_PARENT", () => ({ parentHash: other })],
  ["B2: a skipped height", "BLOCK_HEADER", ({ number }) => ({ number: height(number + 1) })],
  ["B2: the parent's height", "BLOCK_HEADER", ({ number }) => ({ number: height(number - 1) })],
  ["B2: another epoch", "BLOCK_HEADER", extra({ epoch: 1 as Header["extra"]["epoch"] })],
  ["B2: another parent view", "BLOCK_HEADER", extra({ parentView: view(0) })],
  ["B2: the parent's view", "BLOCK_HEADER", extra({ view: view(1) })],
  ["B3: another beneficiary", "BLOCK_BENEFICIARY", () => ({ beneficiary: "11".repeat(20) as Address })],
  ["B4: the parent's time", "BLOCK_TIME", (header) => ({ timestampS: 5, ...extra({ millisecond: 500 })(header) })],
  ["B6: another gas limit", "BLOCK_FEES", ({ gasLimit }) => ({ gasLimit: gasLimit + 1n })],
  ["B6: a higher base fee", "BLOCK_FEES", ({ baseFeePerGas }) => ({ baseFeePerGas: baseFeePerGas + 1n })],
  ["B6: a lower base fee", "BLOCK_FEES", ({ baseFeePerGas }) => ({ baseFeePerGas: baseFeePerGas - 1n })],
  ["B6: another smoothed gas", "BLOCK_FEES", (header) => extra({ smoothedGas: header.extra.smoothedGas + 1n })(header)],
  ["B7: another mixHash", "BLOCK_RANDAO", () => ({ mixHash: other })],
  ["B7: the mixHash of another view", "BLOCK_RANDAO", extra({ view: view(8) })],
  ["B8: another transactionsRoot", "BLOCK_TRANSACTIONS_ROOT", () => ({ transactionsRoot: other })],
  ["B10: another stateRoot", "BLOCK_RESULT", () => ({ stateRoot: other })],
  ["B10: another receiptsRoot", "BLOCK_RESULT", () => ({ receiptsRoot: other })],
  ["B10: another logsBloom", "BLOCK_RESULT", () => ({ logsBloom: new Uint8Array(256) })],
  ["B10: another gasUsed", "BLOCK_RESULT", ({ gasUsed }) => ({ gasUsed: gasUsed + 1n })],
];
for (const [name, code, change] of rules) {
  test(`${name} is refused`, () => assert.equal(judge(change), code));
}

test("B3: the block of another leader is refused", () => {
  assert.equal(
    judge(() => ({}), good.transactions, 3),
    "BLOCK_BENEFICIARY",
  );
});

test("B4: one millisecond after the parent is enough", () => {
  const at = (millisecond: number) => judge((header) => ({ timestampS: 5, ...extra({ millisecond })(header) }));
  assert.equal(at(501), "ok");
  assert.equal(at(499), "BLOCK_TIME");
});

const withTransactions = (transactions: readonly Uint8Array[]) =>
  judge(() => ({ transactionsRoot: trieRootOfList(transactions) }), transactions);

test("B8: transactions in another order than the root's are refused", () => {
  assert.equal(
    judge(() => ({}), good.transactions.toReversed()),
    "BLOCK_TRANSACTIONS_ROOT",
  );
});

test("B9: invalid transactions are refused", () => {
  const forged = pay(1n).slice();
  forged[forged.length - 10] = forged[forged.length - 10]! ^ 1;
  assert.equal(withTransactions([pay(2n), pay(1n)]), "BLOCK_TRANSACTION");
  assert.equal(withTransactions([forged]), "BLOCK_TRANSACTION");
  assert.equal(withTransactions([pay(0n)]), "BLOCK_TRANSACTION");
  assert.equal(withTransactions([Uint8Array.of(0x02, 0xc0)]), "BLOCK_TRANSACTION");
  assert.equal(withTransactions([pay(1n), pay(1n)]), "BLOCK_DUPLICATE");
});

test("B10: a block that leaves out a transaction but claims its results is refused", () => {
  assert.equal(withTransactions([pay(1n)]), "BLOCK_RESULT");
});

test("execution is idempotent and needs an executed parent", () => {
  const chain = createTestChain(genesis);
  assert.equal(codeOf(chain.import(built.block)), "BLOCK_UNKNOWN_PARENT");
  assert.deepEqual(expectOk(chain.import(parent.block)), expectOk(chain.import(parent.block)));
  assert.deepEqual(expectOk(chain.import(built.block)), built.info);
  assert.equal(chain.core.executed.size, 2);
});

test("K3: a signature is checked once, and a block with an unverified one is still checked", () => {
  const chain = createTestChain(genesis);
  expectOk(chain.import(parent.block));
  const { envelope } = [...chain.core.executed.values()][0]!.transactions[0]!.transaction;
  assert.equal(chain.core.verified.find(envelope)?.sender, alice.address);
});

test("finalization goes in height order and drops other branches", () => {
  const chain = createTestChain(genesis);
  expectOk(chain.import(parent.block));
  expectOk(chain.import(built.block));
  const fork = createTestChain(genesis);
  const rival = fork.produce([pay(0n, 6n)], { timeMs: 5_501 });
  expectOk(chain.import(rival.block));
  assert.throws(() => chain.finalize(built.info.digest), /not the next one/);
  chain.finalize(parent.info.digest);
  assert.deepEqual([...chain.core.executed.keys()], [built.info.digest]);
  assert.equal(chain.core.states.at(rival.info.digest), undefined);
  assert.throws(() => chain.finalize(rival.info.digest), /not executed/);
  chain.finalize(built.info.digest);
  assert.equal(chain.core.final.info.digest, built.info.digest);
});
