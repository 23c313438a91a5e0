import assert from "node:assert/strict";
import { test } from "node:test";
import { address, type Digest, digest, height, usdc18 } from "@polis/codec";
import type { Evm, EvmTransaction, Execution } from "@polis/evm";
import fc from "fast-check";
import { emptyTrieRoot } from "../block/header.ts";
import { genesisBlock } from "../genesis/genesisBlock.ts";
import { testGenesis } from "../testing/genesisFixture.ts";
import { emptyCodeHash } from "../transaction/checkSender.ts";
import type { CallRequest } from "./job.ts";
import { runJob } from "./runJob.ts";
import type { CallWorld } from "./world.ts";

const genesis = testGenesis();
const block = genesisBlock(genesis);
const contract = address("cc".repeat(20));
const rich = address("aa".repeat(20));
const plain = address("dd".repeat(20));
const codeHash = digest("c0".repeat(32));

const done: Execution = {
  status: 1,
  gasUsed: 21_000n,
  gasSpent: 21_000n,
  gasRefunded: 0n,
  output: new Uint8Array(0),
  logs: [],
  created: undefined,
  halt: undefined,
};

/** A world whose engine is a rule: what a transaction does, given its gas. */
function world(rule: (transaction: EvmTransaction) => Execution, runs = { count: 0 }): CallWorld {
  const evm: Evm = {
    rules: { fork: "prague", fees: "collect" },
    execute: (_state, _env, transaction) => {
      runs.count++;
      return { ok: true, value: rule(transaction) };
    },
    systemCall: () => undefined,
    commit: () => ({ balanceDelta: 0n, touched: [] }),
  };
  return {
    params: genesis.params,
    evm,
    header: (at) => (at === block.digest ? block.header : undefined),
    envelope: () => undefined,
    transactions: () => [],
    state: () => ({
      account: (at) => {
        const base = { nonce: 0n, storageRoot: emptyTrieRoot };
        if (at === contract) return { ...base, balance: usdc18(0n), codeHash };
        return at === rich ? { ...base, balance: usdc18(10n ** 18n), codeHash: emptyCodeHash } : undefined;
      },
      storage: () => 0n,
      code: (hash: Digest) => (hash === codeHash ? Uint8Array.of(0) : undefined),
    }),
    proofs: () => undefined,
    fork: () => undefined,
    addressPlaces: () => [],
    ancestor: () => undefined,
    headerAt: () => undefined,
    receiptsAt: () => undefined,
    envelopes: () => undefined,
    lowestHeight: () => height(0),
    heightsWithLogs: () => [height(0)].slice(1),
    expired: () => false,
  };
}

const call = (fields: Partial<CallRequest>): CallRequest => ({
  from: undefined,
  to: contract,
  gas: undefined,
  gasPrice: undefined,
  maxFeePerGas: undefined,
  maxPriorityFeePerGas: undefined,
  value: undefined,
  nonce: undefined,
  data: undefined,
  accessList: undefined,
  authorizations: undefined,
  ...fields,
});

function estimate(at: CallWorld, fields: Partial<CallRequest> = {}) {
  const job = { kind: "estimateGas", block: block.digest, accounts: [], environment: {}, gasCap: 50_000_000n } as const;
  return runJob(at, { ...job, call: call(fields) });
}

/** A call that spends `spent` and needs `needed` to be available. */
const needs = (spent: bigint, needed: bigint) => (transaction: EvmTransaction) => {
  if (transaction.gasLimit >= needed) return { ...done, gasSpent: spent, gasUsed: spent };
  return { ...done, status: 0 as const, halt: "outOfGas" as const, gasSpent: transaction.gasLimit };
};

test("the estimate is the least gas that works, whatever the call keeps back", () => {
  const gas = fc.bigInt(21_000n, 40_000_000n);
  fc.assert(
    fc.property(gas, fc.bigInt(0n, 10_000_000n), (spent, more) => {
      const answer = estimate(world(needs(spent, spent + more)));
      assert.deepEqual(answer, { ok: true, value: `0x${(spent + more).toString(16)}` });
    }),
    { numRuns: 200 },
  );
});

test("a call whose gas does not matter takes two runs; the search few", () => {
  const runs = { count: 0 };
  estimate(world(needs(300_000n, 300_000n), runs));
  assert.equal(runs.count, 2);
  runs.count = 0;
  estimate(world(needs(30_000_000n, 33_000_000n), runs));
  assert.ok(runs.count < 35, `${runs.count} runs`);
});

test("a plain transfer takes one run", () => {
  const runs = { count: 0 };
  const at = world(needs(21_000n, 21_000n), runs);
  assert.deepEqual(estimate(at, { to: plain, value: 1n, from: rich }), { ok: true, value: "0x5208" });
  assert.equal(runs.count, 1);
});

test("errors: reverts with reason, too little gas, too little money", () => {
  const reverting = world(() => ({ ...done, status: 0, halt: "revert", output: errorString("not yours") }));
  assert.deepEqual(estimate(reverting), {
    ok: false,
    error: {
      code: 3,
      message: "execution reverted: not yours",
      data: `0x${errorString("not yours").toHex()}`,
    },
  });
  const hungry = estimate(world(needs(0n, 70_000_000n)));
  assert.deepEqual(hungry, {
    ok: false,
    error: { code: -32000, message: "gas required exceeds allowance (50000000)" },
  });
  const broke = estimate(world(needs(21_000n, 21_000n)), { gasPrice: 1n, value: 5n });
  assert.equal(broke.ok ? "" : broke.error.message.split(":")[0], "insufficient funds for gas * price + value");
  // What the sender can pay bounds the gas.
  const tight = estimate(world(needs(30_000n, 50_000n)), { from: rich, maxFeePerGas: 10n ** 18n / 40_000n });
  assert.deepEqual(tight.ok ? "" : tight.error.message, "gas required exceeds allowance (40000)");
});

test("a search that takes too long ends with an error", () => {
  let looks = 0;
  const at = { ...world(needs(30_000_000n, 33_000_000n)), expired: () => looks++ > 3 };
  const answer = estimate(at);
  assert.equal(answer.ok ? 0 : answer.error.code, -32005);
});

function errorString(text: string): Uint8Array {
  const out = new Uint8Array(100);
  out.set([0x08, 0xc3, 0x79, 0xa0]);
  out[35] = 32;
  out[67] = text.length;
  out.set(new TextEncoder().encode(text), 68);
  return out;
}
