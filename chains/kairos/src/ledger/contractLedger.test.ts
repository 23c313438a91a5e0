import assert from "node:assert/strict";
import { test } from "node:test";
import { address, type Digest, height, millis, validatorIndex, view } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { verifyProof } from "@polis/state";
import { faceAddress } from "../addresses.ts";
import { transferTopic } from "../receipt/log.ts";
import { addressRole } from "../tables.ts";
import { ethereumAccount } from "../testing/ethereumAccount.ts";
import { expectOk } from "../testing/expectOk.ts";
import { oneUsdc, testGenesis } from "../testing/genesisFixture.ts";
import { createMemoryStore } from "../testing/memoryStore.ts";
import { createKairosLedger } from "./createKairosLedger.ts";

const alice = ethereumAccount(1);
const receiver = address("99".repeat(20));
const unit = 10n ** 12n;
/** Counts its calls in slot 0, logs them under topic 7, and sends its value on to `receiver`. */
const counter = address("c0".repeat(20));
const code = `0x5f546001015f5560075f5fa15f5f5f5f3473${receiver}5af100`;
const slot = "00".repeat(32) as Digest;
const seven = `${"00".repeat(31)}07` as Digest;
const genesis = testGenesis({
  fields: {
    alloc: { [`0x${alice.address}`]: { balance: `${oneUsdc}` }, [`0x${counter}`]: { nonce: "1", code } },
  },
});

/** A ledger with one block per list of transactions, all final. */
function ledgerWith(blocks: readonly (readonly Uint8Array[])[]) {
  const store = createMemoryStore();
  const ledger = createKairosLedger({ genesis, store });
  blocks.forEach((envelopes, i) => {
    for (const envelope of envelopes) expectOk(ledger.admit(millis(1), 1, envelope));
    const parent = ledger.lastFinalized;
    const built = ledger.build({
      view: view(i + 1),
      leader: validatorIndex(0),
      parentDigest: parent.digest,
      parentView: parent.view,
      timeMs: millis((i + 1) * 1000),
      prevSeed: undefined,
    });
    assert.equal(built.transactions, envelopes.length);
    void store.commit(ledger.finalize(built.info.digest));
  });
  return ledger;
}

const call = (nonce: bigint, value = 0n) => alice.sign({ to: counter, nonce, gas: 100_000n, value });

test("6.2: contract calls are found by sender, recipient and by the accounts that they moved USDC to", () => {
  const ledger = ledgerWith([[call(0n)], [call(1n, 3n * unit)]]);
  const roles = (account: typeof counter) =>
    ledger.addressPlaces(account, undefined, 10).map((place) => [place.height, place.role]);
  assert.deepEqual(roles(alice.address), [
    [2, addressRole.sender],
    [1, addressRole.sender],
  ]);
  assert.deepEqual(roles(counter), [
    [2, addressRole.recipient],
    [1, addressRole.recipient],
  ]);
  assert.deepEqual(roles(receiver), [[2, addressRole.logOnly]]);
});

test("6.2: blocks are found by their emitters and first topics", () => {
  const ledger = ledgerWith([[call(0n)], [], [call(1n, 3n * unit)]]);
  const heights = (addresses: readonly (typeof counter)[], topics: readonly (readonly Digest[])[]) =>
    [...ledger.heightsWithLogs(height(0), height(100), { addresses, topics })].map(Number);
  assert.deepEqual(heights([counter], []), [1, 3]);
  assert.deepEqual(heights([], [[seven]]), [1, 3]);
  assert.deepEqual(heights([faceAddress], []), [3]);
  assert.deepEqual(heights([], [[transferTopic]]), [3]);
  assert.deepEqual(heights([receiver], []), []);
  assert.deepEqual(heights([counter], [[transferTopic]]), [3]);
  const topic = (account: typeof counter) => account.padStart(64, "0") as Digest;
  const transfers = (...sides: Digest[][]) => heights([faceAddress], [[transferTopic], ...sides]);
  assert.deepEqual(transfers([topic(counter)]), [1, 3], "both heights name the account, one of them in a call only");
  assert.deepEqual(transfers([], [topic(receiver)]), [3]);
  assert.deepEqual(transfers([topic(alice.address)], [topic(receiver), seven]), [1, 3]);
  assert.deepEqual(transfers([], [seven.replace("00", "01") as Digest]), []);
});

test("6.4: storage of contracts is shown and proven at every kept height", () => {
  const ledger = ledgerWith([[call(0n)], [call(1n), call(2n)], []]);
  [0n, 1n, 3n, 3n].forEach((value, at) => {
    const { digest, header } = ledger.headerByHeight(height(at))!;
    assert.equal(ledger.stateAtHeight(height(at))!.storage(counter, slot), value);
    assert.equal(ledger.stateAt(digest)!.storage(counter, slot), value);
    const proofs = ledger.proofsAt(digest)!;
    const account = proofs.account(counter);
    const key = keccak256(Uint8Array.fromHex(counter));
    assert.ok(verifyProof(header.stateRoot, key, account.proof).ok);
    const proven = proofs.storage(counter, slot);
    assert.equal(proven.value, value);
    assert.equal(proven.storageRoot, account.account!.storageRoot);
    assert.ok(verifyProof(proven.storageRoot, keccak256(Uint8Array.fromHex(slot)), proven.proof).ok);
  });
});

test("M1: the pool refuses what can never be included", () => {
  const ledger = ledgerWith([]);
  const code = (envelope: Uint8Array) => {
    const admitted = ledger.admit(millis(1), 1, envelope);
    return admitted.ok ? "ok" : admitted.fault.code;
  };
  assert.equal(code(alice.sign({ to: counter, gas: 20_999n })), "LIMIT_EXCEEDED");
  assert.equal(code(alice.sign({ to: counter, chainId: 1n })), "WRONG_CHAIN");
  assert.equal(code(alice.sign({ to: counter, value: 2n * oneUsdc })), "INSUFFICIENT_BALANCE");
  assert.equal(code(alice.sign({ to: counter, maxFeePerGas: 1n })), "FEE_TOO_LOW");
  assert.equal(code(alice.sign({ to: counter, gas: 50_000n })), "ok");
});

test("a ledger opened on a used store continues with the same hashes, history and indexes", () => {
  const store = createMemoryStore();
  const first = createKairosLedger({ genesis, store });
  const produce = (ledger: typeof first, at: number, nonce: bigint) => {
    expectOk(ledger.admit(millis(1), 1, call(nonce)));
    const parent = ledger.lastFinalized;
    const request = { view: view(at), leader: validatorIndex(0), prevSeed: undefined, timeMs: millis(at * 1000) };
    const built = ledger.build({ ...request, parentDigest: parent.digest, parentView: parent.view });
    void store.commit(ledger.finalize(built.info.digest));
    return built;
  };
  produce(first, 1, 0n);
  const again = createKairosLedger({ genesis, store });
  produce(again, 2, 1n);
  assert.equal(again.stateAtHeight(height(1))!.storage(counter, slot), 1n);
  assert.equal(again.stateAtHeight(height(0))!.storage(counter, slot), 0n);
  const found = again.heightsWithLogs(height(0), height(9), { addresses: [counter], topics: [] });
  assert.deepEqual([...found].map(Number), [1, 2]);
});
