import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address, Digest } from "@polis/codec";
import type { Fork } from "../seam/rules.ts";
import type { SubstateReader } from "../seam/substate.ts";
import type { EvmTransaction, Invalid, Leniency } from "../seam/transaction.ts";
import { checkTransaction } from "./checkTransaction.ts";
import { delegationTo } from "./delegation.ts";
import { intrinsicGas } from "./intrinsicGas.ts";

const from = "aa".repeat(20) as Address;
const to = "bb".repeat(20) as Address;
const good: EvmTransaction = {
  from,
  to,
  nonce: 7n,
  gasLimit: 21_000n,
  gasPrice: 2n,
  maxFeePerGas: 3n,
  value: 5n,
  data: new Uint8Array(0),
  accessList: [],
};
const funds = 21_000n * 3n + 5n;

function check(
  change: Partial<EvmTransaction>,
  sender: { balance?: bigint; nonce?: bigint; code?: Uint8Array } = {},
  fork: Fork = "prague",
  leniency: Leniency = {},
): Invalid | undefined {
  const transaction = { ...good, ...change };
  const state: SubstateReader = {
    balance: (address) => (address === from ? (sender.balance ?? funds) : 0n),
    nonce: (address) => (address === from ? (sender.nonce ?? 7n) : 0n),
    code: (address) => (address === from ? (sender.code ?? new Uint8Array(0)) : new Uint8Array(0)),
    storage: () => 0n,
  };
  return checkTransaction(state, transaction, intrinsicGas(transaction, fork), fork, 1n, leniency);
}

test("a transaction with just enough is valid", () => {
  assert.equal(check({}), undefined);
});

test("the nonce is the account's, and the last nonce is never used (T4, EIP-2681)", () => {
  assert.deepEqual(check({ nonce: 6n }), { why: "nonceTooLow", expected: 7n });
  assert.deepEqual(check({ nonce: 8n }), { why: "nonceTooHigh", expected: 7n });
  const last = (1n << 64n) - 1n;
  assert.deepEqual(check({ nonce: last }, { nonce: last }), { why: "nonceOverflow", expected: last });
});

test("an account with code sends nothing unless the code is a delegation (T5, EIP-3607)", () => {
  assert.deepEqual(check({}, { code: Uint8Array.of(0) }), { why: "senderHasCode" });
  assert.deepEqual(check({}, { code: new Uint8Array(23) }), { why: "senderHasCode" });
  assert.equal(check({}, { code: delegationTo(to) }), undefined);
});

test("the sender must own the maximum fee and the value (T8)", () => {
  assert.deepEqual(check({}, { balance: funds - 1n }), { why: "insufficientFunds", have: funds - 1n, want: funds });
  const blobHashes = ["01".repeat(32) as Digest];
  assert.equal(check({ blobHashes }, { balance: funds + 131_072n }), undefined);
  assert.equal(check({ blobHashes }, { balance: funds + 131_071n })?.why, "insufficientFunds");
});

test("gas covers the intrinsic price and the calldata floor, and stays below the fork's cap (T6)", () => {
  assert.deepEqual(check({ gasLimit: 20_999n }), { why: "intrinsicGas", want: 21_000n });
  const data = Uint8Array.of(1);
  assert.deepEqual(check({ data, gasLimit: 21_039n }), { why: "intrinsicGas", want: 21_040n });
  assert.equal(check({ data, gasLimit: 21_016n }, {}, "cancun")?.why, "insufficientFunds");
  const balance = 1n << 100n;
  assert.equal(check({ gasLimit: 1n << 24n }, { balance }, "osaka"), undefined);
  assert.deepEqual(check({ gasLimit: (1n << 24n) + 1n }, { balance }, "osaka"), {
    why: "gasLimitTooHigh",
    max: 1n << 24n,
  });
  assert.equal(check({ gasLimit: 1n << 62n }, { balance }), undefined);
  assert.equal(check({ gasLimit: 1n << 63n }, { balance })?.why, "gasLimitTooHigh");
});

test("init code and authorizations have limits (EIP-3860, EIP-7702)", () => {
  const balance = 1n << 100n;
  const creation = { to: undefined, gasLimit: 10_000_000n };
  assert.equal(check({ ...creation, data: new Uint8Array(49_152) }, { balance }), undefined);
  assert.deepEqual(check({ ...creation, data: new Uint8Array(49_153) }, { balance }), { why: "initCodeTooLarge" });
  assert.deepEqual(check({ authorizations: [] }), { why: "noAuthorizations" });
});

test("a simulated call needs no nonce, no gas money and no code-free sender, but its value", () => {
  const leniency = { simulated: true };
  const loose = { nonce: 99n, maxFeePerGas: 1n << 200n, gasLimit: 1n << 30n };
  assert.equal(check(loose, { balance: 5n, code: Uint8Array.of(1) }, "osaka", leniency), undefined);
  assert.deepEqual(check(loose, { balance: 4n }, "osaka", leniency), { why: "insufficientFunds", have: 4n, want: 5n });
});

test("a development chain may let an account with code send, with every other check", () => {
  const leniency = { anySender: true };
  const code = Uint8Array.of(1);
  assert.equal(check({}, { code }, "prague", leniency), undefined);
  assert.equal(check({ nonce: 8n }, { code }, "prague", leniency)?.why, "nonceTooHigh");
  assert.equal(check({}, { code, balance: 1n }, "prague", leniency)?.why, "insufficientFunds");
});
