import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address, Usdc18 } from "@polis/codec";
import { createGenesisState } from "@polis/state";
import { createEvm } from "../createEvm.ts";
import { runStateTest } from "../testing/runStateTest.ts";
import { type JsonExpectation, type JsonTransaction, readStateTests } from "../testing/stateTestFile.ts";

const evm = createEvm({ fork: "prague", fees: "burnAndTip" });
const sender = "a94f5374fce5edbc8e2a8697c15331677e6ebf0b" as Address;
const receiver = "b".repeat(40) as Address;
const coinbase = "c".repeat(40) as Address;
const noLogs = "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347";

/** A transfer of 5 for a price of 10 where the base fee is 7. */
const transaction: JsonTransaction = {
  nonce: "0x00",
  to: `0x${receiver}`,
  gasLimit: ["0x5208"],
  value: ["0x05"],
  data: ["0x"],
  gasPrice: "0x0a",
  sender: `0x${sender}`,
};
const indexes = { data: 0, gas: 0, value: 0 };
const account = (balance: string) => ({ nonce: "0x00", balance, code: "0x", storage: {} });

const rootAfter = root([
  [sender, 1n, 1_000_000n - 210_000n - 5n],
  [receiver, 0n, 5n],
  [coinbase, 0n, 63_000n],
]);
const rootBefore = root([[sender, 0n, 1_000_000n]]);

test("a transfer gives the state root that its accounts have", () => {
  assert.equal(run({ hash: rootAfter, logs: noLogs, indexes }), undefined);
});

test("a wrong root, wrong logs and a missing refusal are told", () => {
  assert.match(run({ hash: rootBefore, logs: noLogs, indexes })!, /^state root 0x/);
  assert.match(run({ hash: rootAfter, logs: rootAfter, indexes })!, /^logs 0x/);
  const expectException = "TransactionException.NONCE_MISMATCH_TOO_LOW";
  assert.match(run({ hash: rootBefore, logs: noLogs, indexes, expectException })!, /^accepted/);
  assert.match(run({ hash: rootAfter, logs: noLogs, indexes }, { nonce: "0x01" })!, /^refused: nonceTooHigh/);
});

test("what may not be in a block changes nothing", () => {
  const blobs = ["01".padStart(64, "1"), "02"].map((hash) => `0x${hash.padEnd(64, "0")}`);
  const authorization = { chainId: "0x01", address: `0x${receiver}`, nonce: "0x00", v: "0x00", r: "0x01", s: "0x01" };
  const refusals: Partial<JsonTransaction>[] = [
    { nonce: "0x01" },
    { gasPrice: "0x06" },
    { maxFeePerGas: "0x08", maxPriorityFeePerGas: "0x09" },
    { gasLimit: ["0x01000001"] },
    { gasLimit: ["0x5207"] },
    { value: ["0x:bigint 0x010000000000000000000000000000000000000000000000000000000000000000"] },
    { value: ["0x0f4240"] },
    { blobVersionedHashes: [], maxFeePerBlobGas: "0x01" },
    { blobVersionedHashes: [blobs[1]!], maxFeePerBlobGas: "0x01" },
    { blobVersionedHashes: [blobs[0]!], maxFeePerBlobGas: "0x00" },
    { blobVersionedHashes: [blobs[0]!], maxFeePerBlobGas: "0x0a" },
    { blobVersionedHashes: Array(10).fill(blobs[0]), maxFeePerBlobGas: "0x01" },
    { authorizationList: [] },
    { authorizationList: [authorization], to: "" },
    { authorizationList: [{ ...authorization, nonce: "0x010000000000000000" }] },
    { authorizationList: [{ ...authorization, r: `0x01${"0".repeat(64)}` }] },
  ];
  for (const refusal of refusals) {
    const expected = { hash: rootBefore, logs: noLogs, indexes, expectException: "any" };
    assert.equal(run(expected, refusal), undefined, JSON.stringify(refusal));
  }
});

test("files with something else are known, and forks can be chosen", () => {
  assert.equal(readStateTests(JSON.stringify({ a: { blocks: [] } })), undefined);
  const text = file({ hash: rootAfter, logs: noLogs, indexes }, {});
  assert.deepEqual(
    readStateTests(text)!.map(({ name, fork }) => `${name} ${fork}`),
    ["transfer Prague d0g0v0 prague"],
  );
  assert.deepEqual(readStateTests(text, "osaka"), []);
});

function run(expected: JsonExpectation, change: Partial<JsonTransaction> = {}): string | undefined {
  const [only] = readStateTests(file(expected, change))!;
  return runStateTest(evm, only!);
}

function file(expected: JsonExpectation, change: Partial<JsonTransaction>): string {
  const env = {
    currentCoinbase: `0x${coinbase}`,
    currentGasLimit: "0x01000000",
    currentNumber: "0x01",
    currentTimestamp: "0x03e8",
    currentRandom: "0x00",
    currentBaseFee: "0x07",
    currentExcessBlobGas: "0x00",
  };
  const pre = { [`0x${sender}`]: account("0x0f4240") };
  const changed = { ...transaction, ...change };
  const unknownFork = { Berlin: [expected], Prague: [expected] };
  return JSON.stringify({ transfer: { env, pre, transaction: changed, post: unknownFork } });
}

function root(accounts: readonly (readonly [Address, bigint, bigint])[]): string {
  const list = accounts.map(([address, nonce, balance]) => ({ address, nonce, balance: balance as Usdc18 }));
  return `0x${createGenesisState(list).root}`;
}
