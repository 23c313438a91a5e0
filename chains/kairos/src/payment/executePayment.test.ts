import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, view } from "@polis/codec";
import { faceAddress } from "../addresses.ts";
import { openBlock } from "../ledger/openBlock.ts";
import { recount } from "../ledger/recount.ts";
import { decodeReceipt } from "../receipt/decodeReceipt.ts";
import { paymentMemoLog, transferLog } from "../receipt/log.ts";
import { codeOf, expectOk } from "../testing/expectOk.ts";
import { type GenesisFixture, oneUsdc, testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestChain, type TestChain } from "../testing/testChain.ts";
import { buildPayment, type PaymentRequest } from "./buildPayment.ts";
import { type PaymentSigner, signPayment } from "./signPayment.ts";

const alice = testSigner(1);
const bob = testSigner(2);
const sponsor = testSigner(3);
const floor = 47_619_047_620n;
const units = 10n ** 12n;
const treasury = "7e".repeat(20) as Address;

function chainWith(fixture: GenesisFixture = {}): TestChain {
  return createTestChain(testGenesis({ funded: [alice.address, sponsor.address], ...fixture }));
}

type Request = Omit<PaymentRequest, "chainId" | "nonce" | "payments"> & Partial<PaymentRequest>;

function sign(request: Request = {}, signer: PaymentSigner = alice, payer?: PaymentSigner): Uint8Array {
  const payments = [{ to: bob.address, amount: 5n }];
  const fields = buildPayment({ chainId: 52470n, nonce: 0n, payments, kind: signer.kind, ...request });
  return signPayment(fields, signer, payer);
}

/** Applies envelopes at one position after genesis; returns the code of each. */
function applyAll(chain: TestChain, envelopes: readonly Uint8Array[], timestampS = 1000) {
  const open = openBlock(chain.core, chain.core.final, {
    timestampS,
    view: view(1),
    baseFee: floor,
    beneficiary: chain.core.genesis.validators[0]!.feeAddress,
    prevRandao: chain.first.digest,
  });
  const codes = envelopes.map((envelope) => codeOf(open.apply(expectOk(chain.core.verified.resolve(envelope)))));
  return { codes, result: expectOk(open.seal()) };
}

const one = (chain: TestChain, envelope: Uint8Array, timestampS?: number) =>
  applyAll(chain, [envelope], timestampS).codes[0];

test("T16: a payment moves the amount, the fee and the nonce, and leaves one Transfer log", () => {
  const chain = chainWith();
  const { codes, result } = applyAll(chain, [sign({ maxTip: 21_000n * 3n })]);
  assert.deepEqual(codes, ["ok"]);
  const fee = 21_000n * (floor + 3n);
  const { state } = result;
  assert.equal(state.account(alice.address)!.balance, 1000n * oneUsdc - 5n * units - fee);
  assert.equal(state.account(alice.address)!.nonce, 1n);
  assert.equal(state.account(bob.address)!.balance, 5n * units);
  assert.equal(state.account(treasury)!.balance, 21_000n * floor);
  assert.equal(state.account(chain.core.genesis.validators[0]!.feeAddress)!.balance, 63_000n);
  const receipt = expectOk(decodeReceipt(result.receipts[0]!));
  assert.equal(receipt.type, 0x4b);
  assert.equal(receipt.status, 1);
  assert.equal(receipt.cumulativeGasUsed, 21_000n);
  assert.deepEqual(receipt.logs, [transferLog(alice.address, bob.address, 5n)]);
  assert.deepEqual(receipt.logsBloom, result.logsBloom);
});

test("F4: fees are credited after the last transaction, so they cannot be spent in the block", () => {
  const poor = testSigner(30);
  const fields = { treasury: `0x${poor.address}` };
  const chain = chainWith({ fields });
  assert.deepEqual(applyAll(chain, [sign(), sign({}, poor)]).codes, ["ok", "INSUFFICIENT_BALANCE"]);
});

test("T4: the nonce must be the account's", () => {
  const chain = chainWith();
  assert.equal(one(chain, sign({ nonce: 1n })), "NONCE_TOO_HIGH");
  assert.deepEqual(applyAll(chain, [sign(), sign({ maxTip: 1n })]).codes, ["ok", "NONCE_TOO_LOW"]);
  assert.deepEqual(applyAll(chain, [sign(), sign({ nonce: 1n })]).codes, ["ok", "ok"]);
});

test("a payment cannot stand twice in a block", () => {
  const chain = chainWith();
  assert.deepEqual(applyAll(chain, [sign(), sign()]).codes, ["ok", "ALREADY_KNOWN"]);
});

test("T5: a sender with code is refused, unless the code is a delegation", () => {
  const account = (code: string) => ({
    funded: [],
    fields: { alloc: { [`0x${alice.address}`]: { balance: `${oneUsdc}`, code } } },
  });
  assert.equal(one(chainWith(account("0x6000")), sign()), "INVALID_FORMAT");
  assert.equal(one(chainWith(account(`0xef0100${"11".repeat(20)}`)), sign()), "ok");
  assert.equal(one(chainWith(account(`0xef0100${"11".repeat(21)}`)), sign()), "INVALID_FORMAT");
});

test("T14: maxFee must cover the base fee, to the unit", () => {
  const chain = chainWith();
  assert.equal(one(chain, sign({ maxFee: 21_000n * floor })), "ok");
  assert.equal(one(chain, sign({ maxFee: 21_000n * floor - 1n })), "FEE_TOO_LOW");
});

test("T15: the sender's balance must cover the amounts and maxFee, to the unit", () => {
  const maxFee = 21_000n * floor + 12_345n;
  const exact = 5n * units + maxFee;
  const rest = (exact / units + 1n) * units - exact;
  const withBalance = (balance: bigint) =>
    chainWith({ funded: [[alice.address, balance] as const, [sponsor.address, units - (balance % units)] as const] });
  assert.ok(rest > 0n);
  assert.equal(one(withBalance(exact), sign({ maxFee })), "ok");
  assert.equal(one(withBalance(exact - 1n), sign({ maxFee })), "INSUFFICIENT_BALANCE");
});

test("T15: with a sponsor the sender covers the amounts, the sponsor maxFee, to the unit", () => {
  const maxFee = 25_000n * floor;
  const request = { maxFee, feePayer: sponsor.address };
  const funded = (sender: bigint, payer: bigint) => {
    const filler = [testSigner(40).address, units - ((sender + payer) % units)] as const;
    return chainWith({ funded: [[alice.address, sender] as const, [sponsor.address, payer] as const, filler] });
  };
  assert.equal(one(funded(5n * units, maxFee), sign(request, alice, sponsor)), "ok");
  assert.equal(one(funded(5n * units - 1n, maxFee), sign(request, alice, sponsor)), "INSUFFICIENT_BALANCE");
  assert.equal(one(funded(5n * units, maxFee - 1n), sign(request, alice, sponsor)), "INSUFFICIENT_BALANCE");
});

test("a sponsor pays the fee and keeps its nonce", () => {
  const chain = chainWith();
  const { codes, result } = applyAll(chain, [sign({ feePayer: sponsor.address }, alice, sponsor)]);
  assert.deepEqual(codes, ["ok"]);
  assert.equal(result.gasUsed, 25_000n);
  assert.equal(result.state.account(alice.address)!.balance, 1000n * oneUsdc - 5n * units);
  assert.equal(result.state.account(sponsor.address)!.balance, 1000n * oneUsdc - 25_000n * floor);
  assert.equal(result.state.account(sponsor.address)!.nonce, 0n);
});

test("a sponsor may be a recipient of the payment that it sponsors", () => {
  const chain = chainWith();
  const request = { feePayer: sponsor.address, payments: [{ to: sponsor.address, amount: 9n }] };
  const { result } = applyAll(chain, [sign(request, alice, sponsor)]);
  assert.equal(result.state.account(sponsor.address)!.balance, 1000n * oneUsdc - 25_000n * floor + 9n * units);
});

test("T15: the window is open strictly between its ends", () => {
  const chain = chainWith();
  const request = { validAfter: 1000n, validBefore: 1002n };
  assert.equal(one(chain, sign(request), 1000), "NOT_YET_VALID");
  assert.equal(one(chain, sign(request), 1001), "ok");
  assert.equal(one(chain, sign(request), 1002), "EXPIRED");
  const endless = { validAfter: (1n << 64n) - 2n, validBefore: (1n << 64n) - 1n };
  assert.equal(one(chain, sign(endless), 9_007_199_254_739), "NOT_YET_VALID");
  assert.equal(one(chain, sign({ validBefore: (1n << 64n) - 1n }), 9_007_199_254_739), "ok");
});

test("T13, T16: a batch of 256 pays all in order, with memo logs behind their transfers", () => {
  const chain = chainWith();
  const memo = new Uint8Array(256).fill(1);
  const payments = Array.from({ length: 256 }, (_, i) => ({
    to: testSigner(100 + i).address,
    amount: BigInt(i + 1),
    memo,
  }));
  const { codes, result } = applyAll(chain, [sign({ payments })]);
  assert.deepEqual(codes, ["ok"]);
  assert.equal(result.gasUsed, 12_000n + 256n * 9_000n + 16n * 256n * 256n);
  const { logs } = expectOk(decodeReceipt(result.receipts[0]!));
  assert.equal(logs.length, 512);
  payments.forEach(({ to, amount }, i) => {
    assert.deepEqual(logs[2 * i], transferLog(alice.address, to, amount));
    assert.deepEqual(logs[2 * i + 1], paymentMemoLog(alice.address, to, memo));
    assert.equal(result.state.account(to)!.balance, amount * units);
  });
});

test("T13: gas of kinds, sponsors and memos", () => {
  const chain = chainWith({
    funded: [alice.address, sponsor.address, testSigner(1, 2).address, testSigner(3, 2).address],
  });
  const p256 = testSigner(1, 2);
  const p256Sponsor = testSigner(3, 2);
  const gasOf = (envelope: Uint8Array) => applyAll(chain, [envelope]).result.gasUsed;
  assert.equal(gasOf(sign({}, p256)), 24_500n);
  assert.equal(gasOf(sign({ feePayer: p256Sponsor.address, feePayerKind: 2 }, p256, p256Sponsor)), 32_000n);
  const withMemo = { payments: [{ to: bob.address, amount: 1n, memo: new Uint8Array(3) }] };
  assert.equal(gasOf(sign(withMemo)), 21_048n);
});

test("a payment to oneself logs a Transfer and costs the fee alone", () => {
  const chain = chainWith();
  const { result } = applyAll(chain, [sign({ payments: [{ to: alice.address, amount: 7n }] })]);
  assert.equal(result.state.account(alice.address)!.balance, 1000n * oneUsdc - 21_000n * floor);
  assert.deepEqual(expectOk(decodeReceipt(result.receipts[0]!)).logs, [transferLog(alice.address, alice.address, 7n)]);
});

const frozen = testSigner(50);
const blacklist = (...accounts: Address[]) => ({
  funded: [alice.address, sponsor.address, frozen.address],
  fields: { usdc: { blacklisted: accounts.map((account) => `0x${account}`) } },
});

test("T9: a blacklisted sender or fee payer makes the payment invalid", () => {
  const chain = chainWith(blacklist(frozen.address));
  assert.equal(one(chain, sign({}, frozen)), "BLACKLISTED");
  assert.equal(one(chain, sign({ feePayer: frozen.address }, alice, frozen)), "BLACKLISTED");
  assert.equal(one(chain, sign()), "ok");
});

test("T16, U12: one blacklisted recipient fails the whole batch, which keeps nonce and fee", () => {
  for (const bad of [frozen.address, faceAddress]) {
    const chain = chainWith(blacklist(frozen.address));
    const payments = [
      { to: bob.address, amount: 5n },
      { to: bad, amount: 5n },
    ];
    const { codes, result } = applyAll(chain, [sign({ payments })]);
    assert.deepEqual(codes, ["ok"]);
    const receipt = expectOk(decodeReceipt(result.receipts[0]!));
    assert.equal(receipt.status, 0);
    assert.deepEqual(receipt.logs, []);
    assert.equal(result.state.account(bob.address), undefined);
    assert.equal(result.state.account(alice.address)!.nonce, 1n);
    assert.equal(result.state.account(alice.address)!.balance, 1000n * oneUsdc - 30_000n * floor);
  }
});

test("U13: while paused a batch fails with status 0 and pays its fee", () => {
  const chain = chainWith({ fields: { usdc: { paused: true } } });
  const { codes, result } = applyAll(chain, [sign()]);
  assert.deepEqual(codes, ["ok"]);
  assert.equal(expectOk(decodeReceipt(result.receipts[0]!)).status, 0);
  assert.equal(result.state.account(bob.address), undefined);
  assert.equal(result.state.account(treasury)!.balance, 21_000n * floor);
});

test("F3: the tips of a blacklisted beneficiary go to the treasury", () => {
  const beneficiary = `${"fe".repeat(18)}0001` as Address;
  const chain = chainWith(blacklist(beneficiary));
  const { result } = applyAll(chain, [sign({ maxTip: 21_000n })]);
  assert.equal(result.state.account(beneficiary), undefined);
  assert.equal(result.state.account(treasury)!.balance, 21_000n * (floor + 1n));
});

test("T6: the block's gas is a limit to the unit", () => {
  const block = { gasLimit: "42000" };
  const fees = { targetGas: "21000" };
  const chain = chainWith({ fields: { block, fees } });
  assert.deepEqual(applyAll(chain, [sign(), sign({ nonce: 1n }), sign({ nonce: 2n })]).codes, [
    "ok",
    "ok",
    "LIMIT_EXCEEDED",
  ]);
});

test("U5: a recount of the finalized state equals the supply", () => {
  const chain = chainWith();
  const built = chain.produce([sign({ maxTip: 99_999n }), sign({ nonce: 1n })]);
  assert.equal(built.transactions, 2);
  chain.finalize(built.info.digest);
  assert.equal(recount(chain.store), 2000n * oneUsdc);
});
