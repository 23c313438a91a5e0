import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, address, type Digest } from "@polis/codec";
import { faceAddress, predeploys } from "../addresses.ts";
import { buildPayment } from "../payment/buildPayment.ts";
import { signPayment } from "../payment/signPayment.ts";
import { transferLog } from "../receipt/log.ts";
import { applyBlock } from "../testing/applyBlock.ts";
import { ethereumAccount, floorFee } from "../testing/ethereumAccount.ts";
import { expectOk } from "../testing/expectOk.ts";
import { oneUsdc, testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestChain } from "../testing/testChain.ts";
import { signAuthorization } from "./signEthereum.ts";

const alice = ethereumAccount(1);
const bob = ethereumAccount(2);
const payer = testSigner(4);
const unit = 10n ** 12n;
const at = (byte: string) => address(byte.repeat(20));
const word = (value: Address | bigint) => (typeof value === "bigint" ? value.toString(16) : value).padStart(64, "0");
const bytes = (hex: string) => Uint8Array.fromHex(hex);
const slot = (index: number) => word(BigInt(index)) as Digest;

/** Contracts of the tests: address, code. */
const contracts = {
  /** Sends its value on to the address in data. */
  forwarder: [at("f0"), "5f5f5f5f345f355af150"],
  reverter: [at("f1"), "5f5ffd"],
  burner: [at("f2"), "5b5f56"],
  /** Stores BLOCKHASH(data), COINBASE, BASEFEE, PREVRANDAO, TIMESTAMP and NUMBER in slots 0 to 5. */
  environment: [at("f3"), "5f35405f55416001554860025544600355426004554360055500"],
  /** Destroys itself in favour of the caller. */
  destroyer: [at("f4"), "33ff"],
} as const;

function chainWith(fields: object = {}) {
  const code = Object.values(contracts).map(([where, hex]) => [`0x${where}`, { nonce: "1", code: `0x${hex}` }]);
  const funded = [alice.address, bob.address, payer.address].map((who) => [`0x${who}`, { balance: `${oneUsdc}` }]);
  return createTestChain(testGenesis({ fields: { alloc: Object.fromEntries([...code, ...funded]), ...fields } }));
}

const call = (to: Address | undefined, draft: object = {}) => alice.sign({ to, gas: 200_000n, ...draft });
const run = (envelopes: readonly Uint8Array[], chain = chainWith()) => applyBlock(chain, envelopes);

test("a creation deploys code, leaves the Transfer log of its value first, and the next call finds it", () => {
  // Init code that returns `PUSH0 PUSH0 REVERT`.
  const data = bytes("625f5ffd5f526003601df3");
  const { outcomes, result } = run([call(undefined, { data, value: 7n * unit })]);
  const made = result.state.account(createdBy(alice.address))!;
  assert.equal(outcomes[0]!.status, 1);
  assert.deepEqual(result.state.code(made.codeHash), bytes("5f5ffd"));
  assert.equal(made.balance, 7n * unit);
  assert.deepEqual(outcomes[0]!.logs, [transferLog(alice.address, createdBy(alice.address), 7n)]);
});

/** CREATE's address of nonce 0, as the EVM derives it: here read from the log, and compared with viem elsewhere. */
function createdBy(from: Address): Address {
  const data = bytes("625f5ffd5f526003601df3");
  const { outcomes } = run([call(undefined, { data, value: 7n * unit })]);
  const [log] = outcomes[0]!.logs;
  assert.equal(log!.topics[1]!.slice(24), from);
  return log!.topics[2]!.slice(24) as Address;
}

test("U7: one Transfer log per movement, outer before inner", () => {
  const data = bytes(word(bob.address));
  const { outcomes, result } = run([call(contracts.forwarder[0], { value: 3n * unit, data })]);
  assert.deepEqual(outcomes[0]!.logs, [
    transferLog(alice.address, contracts.forwarder[0], 3n),
    transferLog(contracts.forwarder[0], bob.address, 3n),
  ]);
  assert.equal(result.state.account(bob.address)!.balance, oneUsdc + 3n * unit);
});

test("7.2: reverted and exhausted transactions are in the block with status 0, pay, and move nothing", () => {
  const { codes, outcomes, result } = run([
    call(contracts.reverter[0], { value: unit }),
    call(contracts.burner[0], { value: unit, nonce: 1n }),
  ]);
  assert.deepEqual(codes, ["ok", "ok"]);
  assert.deepEqual(
    outcomes.map(({ status, logs }) => [status, logs.length]),
    [
      [0, 0],
      [0, 0],
    ],
  );
  assert.equal(outcomes[1]!.gasUsed, 200_000n);
  const paid = (outcomes[0]!.gasUsed + 200_000n) * floorFee;
  assert.equal(result.state.account(alice.address)!.balance, oneUsdc - paid);
});

test("T4, T8, T9: invalid transactions are refused by code", () => {
  const to = contracts.forwarder[0];
  assert.deepEqual(run([call(to, { nonce: 1n })]).codes, ["NONCE_TOO_HIGH"]);
  assert.deepEqual(run([call(to), call(to, { value: 1n })]).codes, ["ok", "NONCE_TOO_LOW"]);
  assert.deepEqual(run([call(to, { value: oneUsdc })]).codes, ["INSUFFICIENT_BALANCE"]);
  const listed = chainWith({ usdc: { blacklisted: [`0x${alice.address}`] } });
  assert.deepEqual(run([call(to)], listed).codes, ["BLACKLISTED"]);
});

test("U6, U12: value to the zero address, and to blacklisted accounts inside a call, does not move", () => {
  const zero = run([call(at("00"), { value: 1n })]).outcomes[0]!;
  assert.equal(zero.status, 0);
  const listed = chainWith({ usdc: { blacklisted: [`0x${bob.address}`] } });
  const data = bytes(word(bob.address));
  const { outcomes, result } = run([call(contracts.forwarder[0], { value: 3n * unit, data })], listed);
  assert.equal(outcomes[0]!.status, 1);
  assert.deepEqual(outcomes[0]!.logs, [transferLog(alice.address, contracts.forwarder[0], 3n)]);
  assert.equal(result.state.account(contracts.forwarder[0])!.balance, 3n * unit);
});

test("E2: the block's fields, the hash of the parent and of its ancestors, and EIP-2935's contract", () => {
  const chain = chainWith();
  const first = chain.first.digest;
  const built = chain.produce([]);
  chain.finalize(built.info.digest);
  const third = chain.produce([]);
  chain.finalize(third.info.digest);
  const { result } = run([call(contracts.environment[0], { data: bytes(word(1n)), gas: 300_000n })], chain);
  const read = (index: number) => result.state.storage(contracts.environment[0], slot(index));
  assert.equal(read(0), BigInt(`0x${built.info.digest}`));
  assert.equal(read(1), BigInt(`0x${chain.core.genesis.validators[0]!.feeAddress}`));
  assert.equal(read(2), floorFee);
  assert.equal(read(3), BigInt(`0x${"5a".repeat(32)}`));
  assert.equal(read(4), 1000n);
  assert.equal(read(5), 3n);
  const history = predeploys.blockHashHistory!;
  assert.equal(result.state.storage(history, slot(0)), BigInt(`0x${first}`));
  assert.equal(result.state.storage(history, slot(2)), BigInt(`0x${third.info.digest}`));
});

test("7.3: a delegated account runs the code it named, and a blacklisted authority's tuple is skipped", () => {
  const tuple = signAuthorization({ chainId: 0n, address: contracts.forwarder[0], nonce: 0n }, bob.secret);
  const data = bytes(word(payer.address));
  const envelope = call(bob.address, { type: 4, value: unit, data, authorizations: [tuple] });
  const { outcomes, result } = run([envelope]);
  assert.deepEqual(outcomes[0]!.logs, [
    transferLog(alice.address, bob.address, 1n),
    transferLog(bob.address, payer.address, 1n),
  ]);
  assert.equal(
    result.state.code(result.state.account(bob.address)!.codeHash)!.toHex(),
    `ef0100${contracts.forwarder[0]}`,
  );
  const listed = chainWith({ usdc: { blacklisted: [`0x${bob.address}`] } });
  const skipped = run([call(bob.address, { type: 4, data, authorizations: [tuple] })], listed);
  assert.equal(skipped.outcomes[0]!.status, 1);
  assert.equal(skipped.result.state.account(bob.address)!.nonce, 0n);
});

test("U12: a blacklisting binds the transactions behind it in the same block, payments too", () => {
  const chain = chainWith({ usdc: { roles: { blacklister: `0x${alice.address}` } } });
  const blacklist = call(faceAddress, { data: bytes(`f9f92be4${word(bob.address)}`) });
  const pay = (nonce: bigint) =>
    signPayment(buildPayment({ chainId: 52470n, nonce, payments: [{ to: bob.address, amount: 1n }] }), payer);
  const lift = call(faceAddress, { nonce: 1n, data: bytes(`1a895266${word(bob.address)}`) });
  const { outcomes, codes } = run([pay(0n), blacklist, pay(1n), bob.sign({ to: at("99") }), lift, pay(2n)], chain);
  assert.deepEqual(codes, ["ok", "ok", "ok", "BLACKLISTED", "ok", "ok"]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    [1, 1, 0, 1, 1],
  );
});

test("U2, U7: the face moves the native balance with the same one log", () => {
  const data = bytes(`a9059cbb${word(bob.address)}${word(250_000n)}`);
  const { outcomes, result } = run([call(faceAddress, { data })]);
  assert.deepEqual(outcomes[0]!.logs, [transferLog(alice.address, bob.address, 250_000n)]);
  assert.equal(result.state.account(bob.address)!.balance, oneUsdc + 250_000n * unit);
});

test("U4, B11: minting creates USDC with its supply, and the block is conserved", () => {
  const chain = chainWith({ usdc: { roles: { masterMinter: `0x${alice.address}` } } });
  const configure = call(faceAddress, { data: bytes(`4e44d956${word(alice.address)}${word(10n ** 9n)}`) });
  const mint = call(faceAddress, { nonce: 1n, data: bytes(`40c10f19${word(bob.address)}${word(10n ** 6n)}`) });
  const { outcomes, result } = run([configure, mint], chain);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    [1, 1],
  );
  assert.equal(result.supply.minted - chain.core.final.supply.minted, 10n ** 6n);
  assert.equal(result.state.account(bob.address)!.balance, 2n * oneUsdc);
});

test("E1: a chain changes to Osaka's rules at its time", () => {
  const chain = chainWith({ hardfork: { osaka: 2000 } });
  // PUSH1 1, CLZ (EIP-7939), PUSH0, SSTORE as init code.
  const data = bytes("60011e5f55");
  const [before, after] = [1999, 2000].map((time) => applyBlock(chain, [call(undefined, { data })], time));
  assert.equal(before!.outcomes[0]!.status, 0);
  assert.equal(after!.outcomes[0]!.status, 1);
  const wide = call(undefined, { gas: 16_777_217n });
  assert.deepEqual(applyBlock(chain, [wide], 1999).codes, ["ok"]);
  assert.deepEqual(applyBlock(chain, [wide], 2000).codes, ["LIMIT_EXCEEDED"]);
});

test("B10: another node that imports contract calls has the producer's roots", () => {
  const [producer, importer] = [chainWith(), chainWith()];
  const built = producer.produce([
    call(contracts.forwarder[0], { value: 3n * unit, data: bytes(word(bob.address)) }),
    call(contracts.destroyer[0], { nonce: 1n, value: unit }),
    call(faceAddress, { nonce: 2n, data: bytes(`a9059cbb${word(bob.address)}${word(5n)}`) }),
  ]);
  assert.equal(built.transactions, 3);
  expectOk(importer.import(built.block));
  assert.equal(importer.core.states.rootAt(built.info.digest), producer.core.states.rootAt(built.info.digest));
});
