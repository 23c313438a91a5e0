import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "@polis/codec";
import type { Evm } from "@polis/evm";
import { ethereumAccount } from "../testing/ethereumAccount.ts";
import { codeOf } from "../testing/expectOk.ts";
import { oneUsdc, testGenesis } from "../testing/genesisFixture.ts";
import { createTestChain } from "../testing/testChain.ts";

const alice = ethereumAccount(1);
const contract = address("c0".repeat(20));
const genesis = testGenesis({
  fields: {
    alloc: { [`0x${alice.address}`]: { balance: `${oneUsdc}` }, [`0x${contract}`]: { nonce: "1", code: "0x00" } },
  },
});
const call = alice.sign({ to: contract, gas: 50_000n });
const transfer = alice.sign({ to: address("b0".repeat(20)), value: 1n });

/** A chain whose engine fails on every transaction that it is asked to execute. */
function brokenChain() {
  const chain = createTestChain(genesis);
  const { evm } = chain.core;
  const broken: Evm = {
    ...evm,
    execute: () => {
      throw new Error("out of memory");
    },
  };
  return { ...chain, core: Object.assign(chain.core, { evm: broken }) };
}

test("E4: a node whose engine fails refuses to judge the block, blames nobody, and keeps nothing of it", () => {
  const built = createTestChain(genesis).produce([call]);
  const chain = brokenChain();
  const imported = chain.import(built.block);
  assert.equal(codeOf(imported), "BLOCK_ENGINE");
  assert.ok(!imported.ok);
  assert.equal(imported.fault.verdict, "ignore");
  assert.match(imported.fault.detail!, new RegExp(`${built.info.digest}.*out of memory`));
  assert.equal(chain.core.executed.size, 0);
});

test("E4: what the engine fails on is left out of a proposal, and the rest is built", () => {
  const chain = brokenChain();
  assert.equal(chain.produce([call]).transactions, 0);
  assert.equal(brokenChain().produce([call, transfer]).transactions, 1);
});
