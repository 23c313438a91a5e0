import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, type Digest, height, millis, validatorIndex, view } from "@polis/codec";
import type { BuiltBlock, Store } from "@polis/ports";
import { GenesisError } from "../genesis/genesisError.ts";
import { buildPayment, type PaymentRequest } from "../payment/buildPayment.ts";
import { type PaymentSigner, signPayment } from "../payment/signPayment.ts";
import { KAIROS_TABLES } from "../tables.ts";
import { ethereumAccount } from "../testing/ethereumAccount.ts";
import { codeOf, expectOk } from "../testing/expectOk.ts";
import { oneUsdc, testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createMemoryStore } from "../testing/memoryStore.ts";
import { createKairosLedger } from "./createKairosLedger.ts";
import { recount } from "./recount.ts";
import type { KairosLedger } from "./types.ts";

const alice = testSigner(1);
const bob = testSigner(2);
const sponsor = testSigner(3);
const genesis = testGenesis({ n: 6, f: 1, funded: [alice.address, bob.address, sponsor.address] });
const floor = genesis.params.fees.floor;
const now = millis(1_000);

function open(store: Store = createMemoryStore(), pool = {}): KairosLedger {
  return createKairosLedger({ genesis, store, pool });
}

type Request = Partial<PaymentRequest>;
function pay(nonce: bigint, request: Request = {}, signer: PaymentSigner = alice, payer?: PaymentSigner): Uint8Array {
  const payments = [{ to: testSigner(9).address, amount: 5n }];
  return signPayment(buildPayment({ chainId: 52470n, nonce, payments, kind: signer.kind, ...request }), signer, payer);
}

function build(ledger: KairosLedger, parent: Digest, at: number, timeMs = at * 1000): BuiltBlock {
  return ledger.build({
    view: view(at),
    leader: validatorIndex(at % 6),
    parentDigest: parent,
    parentView: view(viewOf(ledger, parent)),
    timeMs: millis(timeMs),
    prevSeed: undefined,
  });
}

function viewOf(ledger: KairosLedger, digest: Digest): number {
  return expectOk(ledger.inspect(ledger.blockByDigest(digest)!)).view;
}

test("admit, build, execute elsewhere, finalize, and read everything back", () => {
  const [store, otherStore] = [createMemoryStore(), createMemoryStore()];
  const [ledger, other] = [open(store), open(otherStore)];
  assert.equal(ledger.hasExecutable(), false);
  const envelope = pay(0n);
  const { hash, place } = expectOk(ledger.admit(now, 1, envelope));
  assert.equal(place, "pending");
  assert.equal(ledger.hasExecutable(), true);
  assert.equal(ledger.nextNonce(alice.address), 1n);
  const built = build(ledger, ledger.genesisDigest, 1);
  assert.equal(built.transactions, 1);
  assert.equal(ledger.hasExecutable(), false);
  assert.deepEqual(expectOk(ledger.inspect(built.block)), built.info);
  assert.deepEqual(expectOk(other.execute(built.block, validatorIndex(1))), built.info);
  assert.equal(other.stateRoot(built.info.digest), ledger.stateRoot(built.info.digest));
  for (const [one, where] of [
    [ledger, store],
    [other, otherStore],
  ] as const) {
    assert.ok(one.isExecuted(built.info.digest));
    assert.equal(one.account(bob.address)!.balance, 1000n * oneUsdc);
    assert.equal(one.account(testSigner(9).address), undefined);
    assert.equal(one.account(testSigner(9).address, "tip")!.balance, 5n * 10n ** 12n);
    void where.commit(one.finalize(built.info.digest));
    assert.equal(one.lastFinalized.digest, built.info.digest);
    assert.equal(one.head().digest, built.info.digest);
    assert.equal(one.headerByHeight(height(1))!.digest, built.info.digest);
    assert.equal(one.heightOf(built.info.digest), 1);
    assert.deepEqual(one.blockByDigest(built.info.digest), built.block);
    assert.deepEqual(one.blockByHeight(height(1)), built.block);
    assert.deepEqual(one.transactionLocation(hash), { height: 1, index: 0 });
    assert.equal(one.transactionsOf(built.info.digest)![0]!.sender, alice.address);
    const receipts = one.receiptsByHeight(height(1))!;
    assert.equal(receipts.length, 1);
    assert.equal(receipts[0]!.logs.length, 1);
    assert.equal(one.account(testSigner(9).address)!.balance, 5n * 10n ** 12n);
    assert.equal(recount(where), 3000n * oneUsdc);
    const indexed = [...where.range("address_index", { limit: 10 })].map(([key]) => key.toHex());
    const place = `${"0000000000000001"}${"00000000"}`;
    const expected = [`${alice.address}${place}01`, `${testSigner(9).address}${place}02`];
    assert.deepEqual(indexed, expected.sort());
  }
  assert.equal(ledger.pooled(hash), undefined);
  assert.equal(ledger.pool.status().pending, 0);
});

test("several unfinalized blocks: a leader continues with the following nonces", () => {
  const store = createMemoryStore();
  const ledger = open(store);
  for (let nonce = 0n; nonce < 3n; nonce++) expectOk(ledger.admit(now, 1, pay(nonce)));
  const first = build(ledger, ledger.genesisDigest, 1);
  assert.equal(first.transactions, 3);
  for (let nonce = 3n; nonce < 5n; nonce++) expectOk(ledger.admit(now, 1, pay(nonce)));
  const second = build(ledger, first.info.digest, 2);
  assert.equal(second.transactions, 2);
  // Another leader that saw neither block builds on genesis and takes the same payments.
  const fork = build(ledger, ledger.genesisDigest, 3, 3_500);
  assert.equal(fork.transactions, 5);
  void store.commit(ledger.finalize(first.info.digest));
  assert.equal(ledger.isExecuted(fork.info.digest), false);
  assert.equal(ledger.tip().digest, second.info.digest);
  assert.equal(ledger.nextNonce(alice.address), 5n);
  assert.equal(ledger.hasExecutable(), false);
  void store.commit(ledger.finalize(second.info.digest));
  assert.equal(ledger.pool.status().pending, 0);
});

test("payments of an abandoned branch are offered again", () => {
  const store = createMemoryStore();
  const ledger = open(store);
  expectOk(ledger.admit(now, 1, pay(0n)));
  const abandoned = build(ledger, ledger.genesisDigest, 1);
  assert.equal(abandoned.transactions, 1);
  const empty = open();
  const rival = build(empty, empty.genesisDigest, 2);
  expectOk(ledger.execute(rival.block, validatorIndex(2)));
  void store.commit(ledger.finalize(rival.info.digest));
  assert.equal(ledger.hasExecutable(), true);
  assert.equal(build(ledger, rival.info.digest, 3).transactions, 1);
});

test("R26: a restarted ledger continues from its last finalized block", () => {
  const store = createMemoryStore();
  const ledger = open(store);
  expectOk(ledger.admit(now, 1, pay(0n)));
  const built = build(ledger, ledger.genesisDigest, 1);
  void store.commit(ledger.finalize(built.info.digest));
  const speculative = build(ledger, built.info.digest, 2);
  const again = open(store);
  // Of the last finalized block only the header is read, which does not count transactions.
  const { transactions: _, ...info } = built.info;
  assert.deepEqual(again.lastFinalized, info);
  assert.equal(again.isExecuted(speculative.info.digest), false);
  assert.equal(again.account(alice.address)!.nonce, 1n);
  assert.deepEqual(expectOk(again.execute(speculative.block, validatorIndex(2))), speculative.info);
  assert.equal(again.stateRoot(speculative.info.digest), ledger.stateRoot(speculative.info.digest));
  assert.equal(codeOf(again.admit(now, 3, pay(0n))), "NONCE_TOO_LOW");
});

test("S7: a database of another network is refused", () => {
  const store = createMemoryStore();
  open(store);
  const other = testGenesis({ n: 6, f: 1 });
  assert.throws(() => createKairosLedger({ genesis: other, store }), GenesisError);
});

test("all rows go to known tables", () => {
  const tables = new Set<string>(KAIROS_TABLES);
  const store = createMemoryStore();
  const ledger = open(store);
  expectOk(ledger.admit(now, 1, pay(0n)));
  const built = build(ledger, ledger.genesisDigest, 1);
  const rows = ledger.finalize(built.info.digest);
  assert.ok(rows.every(({ table }) => tables.has(table)));
  const keys = rows.map(({ table, key }) => `${table} ${key.toHex()}`);
  assert.equal(new Set(keys).size, keys.length, "each key once");
  const bodies = rows.filter(({ table }) => table === "blocks");
  assert.equal(bodies.length, 1);
});

test("a body that the vote's commit has written is not written again", () => {
  const store = createMemoryStore();
  const ledger = open(store);
  const built = build(ledger, ledger.genesisDigest, 1);
  void store.commit([{ table: "blocks", key: Uint8Array.fromHex(built.info.digest), value: built.block }]);
  assert.equal(ledger.finalize(built.info.digest).filter(({ table }) => table === "blocks").length, 0);
});

const refusals: readonly (readonly [string, string, () => Uint8Array])[] = [
  ["size", "LIMIT_EXCEEDED", () => new Uint8Array(131_073).fill(0x4b)],
  ["format", "INVALID_FORMAT", () => Uint8Array.of(0x4b, 0xc0)],
  ["type", "UNSUPPORTED_TYPE", () => Uint8Array.of(0x03, 0xc0)],
  ["chain id", "WRONG_CHAIN", () => pay(0n, { chainId: 1n })],
  ["signature", "INVALID_SIGNATURE", () => pay(0n).with(-10, (pay(0n).at(-10)! + 1) % 256)],
  ["fee cap", "FEE_TOO_LOW", () => pay(0n, { maxFee: 21_000n * floor - 1n })],
  ["balance", "INSUFFICIENT_BALANCE", () => pay(0n, {}, testSigner(77))],
  [
    "sponsor's balance",
    "INSUFFICIENT_BALANCE",
    () => pay(0n, { feePayer: testSigner(77).address }, alice, testSigner(77)),
  ],
  ["nonce gap", "NONCE_TOO_HIGH", () => pay(65n)],
  ["window", "EXPIRED", () => pay(0n, { validBefore: 100n })],
];
for (const [name, code, envelope] of refusals) {
  test(`M1: ${name} is refused with ${code}`, () => {
    const ledger = open();
    assert.equal(codeOf(ledger.admit(now, 100, envelope())), code);
    assert.equal(ledger.pool.status().pending + ledger.pool.status().queued, 0);
  });
}

test("M1: the fee cap at the floor and the largest nonce gap are accepted", () => {
  const ledger = open();
  assert.equal(codeOf(ledger.admit(now, 1, pay(0n, { maxFee: 21_000n * floor }))), "ok");
  assert.equal(expectOk(ledger.admit(now, 1, pay(65n))).place, "queued");
});

test("M1: the same envelope is known, another with the same nonce must bump both fees", () => {
  const ledger = open();
  const maxFee = 21_000n * floor * 2n;
  const first = pay(0n, { maxFee, maxTip: 21_000n * 10n });
  assert.equal(codeOf(ledger.admit(now, 1, first)), "ok");
  assert.equal(codeOf(ledger.admit(now, 1, first)), "ALREADY_KNOWN");
  assert.equal(codeOf(ledger.admit(now, 1, pay(0n, { maxFee, maxTip: 21_000n * 20n }))), "REPLACEMENT_UNDERPRICED");
  const bumped = pay(0n, { maxFee: (maxFee * 11n) / 10n + 21_000n, maxTip: 21_000n * 11n });
  assert.equal(codeOf(ledger.admit(now, 1, bumped)), "ok");
});

test("U12: the pool refuses blacklisted senders of any kind, sponsors and recipients", () => {
  const frozen = [testSigner(50), testSigner(51, 0)];
  const bad = testGenesis({
    funded: [alice.address, ...frozen.map(({ address }) => address)],
    fields: { usdc: { blacklisted: frozen.map(({ address }) => `0x${address}`) } },
  });
  const ledger = createKairosLedger({ genesis: bad, store: createMemoryStore() });
  for (const signer of frozen) {
    assert.equal(codeOf(ledger.admit(now, 1, pay(0n, {}, signer))), "BLACKLISTED");
    const request = { feePayer: signer.address, feePayerKind: signer.kind };
    assert.equal(codeOf(ledger.admit(now, 1, pay(0n, request, alice, signer))), "BLACKLISTED");
    const payments = [{ to: signer.address, amount: 1n }];
    assert.equal(codeOf(ledger.admit(now, 1, pay(0n, { payments }))), "BLACKLISTED");
  }
  assert.equal(codeOf(ledger.admit(now, 1, pay(0n))), "ok");
});

test("K3: what a worker verified is not verified again, in the pool and in blocks", () => {
  const ledger = open();
  const forged = pay(0n).with(-10, (pay(0n).at(-10)! + 1) % 256);
  // The worker is trusted: it is this node's own thread. The wrong signature shows that nothing was checked here.
  assert.equal(codeOf(ledger.admit(now, 1, forged, alice.address)), "ok");
  const built = build(ledger, ledger.genesisDigest, 1);
  assert.equal(built.transactions, 1);
  const other = open();
  assert.deepEqual(other.unverifiedEnvelopes(built.block), [forged]);
  assert.equal(codeOf(other.execute(built.block, validatorIndex(1))), "BLOCK_TRANSACTION");
  other.markVerified(forged, alice.address);
  assert.deepEqual(other.unverifiedEnvelopes(built.block), []);
  assert.equal(codeOf(other.execute(built.block, validatorIndex(1))), "ok");
  assert.deepEqual(other.unverifiedEnvelopes(Uint8Array.of(1)), []);
});

test("a block takes at most the asked number of payments, and at most the block's gas", () => {
  const ledger = createKairosLedger({ genesis, store: createMemoryStore(), build: { maxTransactions: 2 } });
  for (let nonce = 0n; nonce < 5n; nonce++) expectOk(ledger.admit(now, 1, pay(nonce)));
  assert.equal(build(ledger, ledger.genesisDigest, 1).transactions, 2);
  const stopped = createKairosLedger({
    genesis,
    store: createMemoryStore(),
    build: { keepGoing: () => (count) => count < 3 },
  });
  for (let nonce = 0n; nonce < 5n; nonce++) expectOk(stopped.admit(now, 1, pay(nonce)));
  assert.equal(build(stopped, stopped.genesisDigest, 1).transactions, 3);
  const fields = { block: { gasLimit: "63000" }, fees: { targetGas: "21000" } };
  const small = testGenesis({ n: 6, f: 1, funded: [alice.address], fields });
  const tight = createKairosLedger({ genesis: small, store: createMemoryStore() });
  for (let nonce = 0n; nonce < 5n; nonce++) expectOk(tight.admit(now, 1, pay(nonce)));
  assert.equal(build(tight, tight.genesisDigest, 1).transactions, 3);
});

test("M4: a payment lane keeps contracts out of the gas that it reserves", () => {
  const contracts = ethereumAccount(9);
  const fields = { block: { gasLimit: "160000" }, fees: { targetGas: "50000" } };
  const small = testGenesis({ n: 6, f: 1, funded: [alice.address, contracts.address], fields });
  const included = (paymentLanePercent: number) => {
    const ledger = createKairosLedger({ genesis: small, store: createMemoryStore(), build: { paymentLanePercent } });
    const call = contracts.sign({ to: "c0".repeat(20) as Address, gas: 120_000n, data: Uint8Array.of(1) });
    expectOk(ledger.admit(now, 1, call));
    expectOk(ledger.admit(now, 1, pay(0n)));
    const { block } = build(ledger, ledger.genesisDigest, 1);
    return [call, pay(0n)].map((envelope) => block.toHex().includes(envelope.toHex()));
  };
  assert.deepEqual(included(0), [true, true]);
  assert.deepEqual(included(50), [false, true]);
});

test("M5: a payment below the base fee waits, one that became invalid leaves", () => {
  const fields = { fees: { initial: `${floor * 2n}` } };
  const dear = testGenesis({ n: 6, f: 1, funded: [alice.address], fields });
  const ledger = createKairosLedger({ genesis: dear, store: createMemoryStore() });
  expectOk(ledger.admit(now, 1, pay(0n, { maxFee: 21_000n * floor })));
  assert.equal(ledger.hasExecutable(), false);
  assert.equal(build(ledger, ledger.genesisDigest, 1).transactions, 0);
  assert.equal(ledger.pool.status().pending, 1);
});
