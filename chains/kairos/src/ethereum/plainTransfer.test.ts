import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, address } from "@polis/codec";
import { decodeReceipt } from "../receipt/decodeReceipt.ts";
import { transferLog } from "../receipt/log.ts";
import { applyBlock } from "../testing/applyBlock.ts";
import { ethereumAccount, floorFee } from "../testing/ethereumAccount.ts";
import { expectOk } from "../testing/expectOk.ts";
import { type GenesisFixture, oneUsdc, testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestChain, type TestChain } from "../testing/testChain.ts";

const alice = ethereumAccount(1);
const bob = ethereumAccount(2).address;
const treasury = "7e".repeat(20) as Address;
const fee = 21_000n * floorFee;

function chainWith(fixture: GenesisFixture = {}): TestChain {
  return createTestChain(testGenesis({ funded: [alice.address], ...fixture }));
}

const one = (chain: TestChain, envelope: Uint8Array) => applyBlock(chain, [envelope]).codes[0];
const balances = (chain: TestChain, envelope: Uint8Array) => {
  const { outcomes, result } = applyBlock(chain, [envelope]);
  const of = (account: Address) => result.state.account(account)?.balance ?? 0n;
  return { outcome: outcomes[0]!, of, result };
};

for (const type of [0, 1, 2] as const) {
  test(`F3, U7: a transfer of type ${type} moves value and fee and leaves one Transfer log`, () => {
    const chain = chainWith();
    const tip =
      type === 2 ? { maxFeePerGas: floorFee + 5n, maxPriorityFeePerGas: 3n } : { maxFeePerGas: floorFee + 3n };
    const value = 5n * 10n ** 12n + 7n;
    const { outcome, of, result } = balances(chain, alice.sign({ type, to: bob, value, ...tip }));
    const paid = 21_000n * (floorFee + 3n);
    assert.equal(outcome.status, 1);
    assert.equal(outcome.gasUsed, 21_000n);
    assert.equal(of(alice.address), 1000n * oneUsdc - value - paid);
    assert.equal(of(bob), value);
    assert.equal(of(treasury), fee);
    assert.equal(of(chain.core.genesis.validators[0]!.feeAddress), 63_000n);
    const receipt = expectOk(decodeReceipt(result.receipts[0]!));
    assert.deepEqual([receipt.type, receipt.status, receipt.cumulativeGasUsed], [type, 1, 21_000n]);
    assert.deepEqual(receipt.logs, [transferLog(alice.address, bob, 5n)]);
    assert.deepEqual(receipt.logsBloom, result.logsBloom);
  });
}

test("U7: value to oneself and no value at all leave no log; less than a unit leaves a log of 0", () => {
  const logs = (to: Address, value: bigint) => balances(chainWith(), alice.sign({ to, value })).outcome.logs;
  assert.deepEqual(logs(alice.address, 5n), []);
  assert.deepEqual(logs(bob, 0n), []);
  assert.deepEqual(logs(bob, 1n), [transferLog(alice.address, bob, 0n)]);
  assert.equal(balances(chainWith(), alice.sign({ to: bob, value: 0n })).result.state.account(bob), undefined);
});

test("T6, EIP-7623: data and access lists to an account without code cost their gas, the floor at least", () => {
  const used = (draft: object) =>
    balances(chainWith(), alice.sign({ to: bob, gas: 100_000n, ...draft })).outcome.gasUsed;
  assert.equal(used({ data: Uint8Array.of(0, 1) }), 21_000n + 5n * 10n);
  const accessList = [{ address: address(bob), slots: ["11".repeat(32) as never] }];
  assert.equal(used({ accessList }), 21_000n + 2_400n + 1_900n);
});

test("T4, T5, T7, T8: a transfer that is not valid at its position is refused and changes nothing", () => {
  const chain = chainWith();
  assert.equal(one(chain, alice.sign({ to: bob, nonce: 1n })), "NONCE_TOO_HIGH");
  assert.deepEqual(applyBlock(chain, [alice.sign({ to: bob }), alice.sign({ to: bob, value: 1n })]).codes, [
    "ok",
    "NONCE_TOO_LOW",
  ]);
  assert.equal(one(chain, alice.sign({ to: bob, maxFeePerGas: floorFee - 1n })), "FEE_TOO_LOW");
  const value = 1000n * oneUsdc - 21_000n * (floorFee + 9n);
  const edge = { to: bob, maxFeePerGas: floorFee + 9n };
  assert.equal(one(chain, alice.sign({ ...edge, value })), "ok");
  assert.equal(one(chain, alice.sign({ ...edge, value: value + 1n })), "INSUFFICIENT_BALANCE");
  const withCode = { alloc: { [`0x${alice.address}`]: { balance: `${oneUsdc}`, code: "0x6000" } } };
  assert.equal(one(chainWith({ funded: [], fields: withCode }), alice.sign({ to: bob })), "INVALID_FORMAT");
});

test("T9, U12: a blacklisted sender is refused, value to a blacklisted account fails and pays", () => {
  const listed = (account: Address) => chainWith({ fields: { usdc: { blacklisted: [`0x${account}`] } } });
  assert.equal(one(listed(alice.address), alice.sign({ to: bob, value: 1n })), "BLACKLISTED");
  const failed = balances(listed(bob), alice.sign({ to: bob, value: 1n }));
  assert.equal(failed.outcome.status, 0);
  assert.deepEqual(failed.outcome.logs, []);
  assert.equal(failed.of(alice.address), 1000n * oneUsdc - fee);
  assert.equal(failed.of(bob), 0n);
  assert.equal(balances(listed(bob), alice.sign({ to: bob })).outcome.status, 1);
});

test("U13: while paused value does not move; a transaction without value is not stopped", () => {
  const paused = () => chainWith({ fields: { usdc: { paused: true } } });
  assert.equal(balances(paused(), alice.sign({ to: bob, value: 1n })).outcome.status, 0);
  assert.equal(balances(paused(), alice.sign({ to: bob })).outcome.status, 1);
  assert.equal(balances(paused(), alice.sign({ to: alice.address, value: 1n })).outcome.status, 1);
});

test("a block mixes payments and transfers, and importers find the same roots", () => {
  const payer = testSigner(1);
  const genesis = testGenesis({ funded: [alice.address, payer.address] });
  const [producer, importer] = [createTestChain(genesis), createTestChain(genesis)];
  const built = producer.produce([alice.sign({ to: bob, value: 9n }), alice.sign({ type: 0, nonce: 1n, to: bob })]);
  assert.equal(built.transactions, 2);
  expectOk(importer.import(built.block));
  assert.equal(importer.core.states.rootAt(built.info.digest), producer.core.states.rootAt(built.info.digest));
  producer.finalize(built.info.digest);
});
