import assert from "node:assert/strict";
import { test } from "node:test";
import { address, millis, validatorIndex, view } from "@polis/codec";
import { applyBlock } from "../testing/applyBlock.ts";
import { ethereumAccount } from "../testing/ethereumAccount.ts";
import { codeOf, expectOk } from "../testing/expectOk.ts";
import { oneUsdc, testGenesis } from "../testing/genesisFixture.ts";
import { createMemoryStore } from "../testing/memoryStore.ts";
import { createTestChain } from "../testing/testChain.ts";
import { createKairosLedger } from "./createKairosLedger.ts";

const alice = ethereumAccount(1);
const bob = ethereumAccount(2);
const genesis = testGenesis({
  funded: [
    [alice.address, 100n * oneUsdc],
    [bob.address, 100n * oneUsdc],
  ],
  fields: { hardfork: { osaka: 2000 } },
});
const someone = address("99".repeat(20));
const wide = alice.sign({ to: someone, gas: 16_777_217n, value: 1n });
const creation = bob.sign({ to: undefined, gas: 16_777_217n });

test("E1, T6: from Osaka's time on no transaction of any kind has more than 2^24 gas", () => {
  const chain = createTestChain(genesis);
  assert.deepEqual(applyBlock(chain, [wide, creation], 1999).codes, ["ok", "ok"]);
  assert.deepEqual(applyBlock(chain, [wide, creation], 2000).codes, ["LIMIT_EXCEEDED", "LIMIT_EXCEEDED"]);
  const widest = alice.sign({ to: someone, gas: 16_777_216n, value: 1n });
  assert.deepEqual(applyBlock(chain, [widest], 2000).codes, ["ok"]);
});

test("M5: what was admitted before Osaka and can be in no later block leaves the pool, and leaders rest", () => {
  const ledger = createKairosLedger({ genesis, store: createMemoryStore() });
  for (const envelope of [wide, creation]) expectOk(ledger.admit(millis(1), 1999, envelope));
  assert.ok(ledger.hasExecutable());
  const built = ledger.build({
    view: view(1),
    leader: validatorIndex(0),
    parentDigest: ledger.lastFinalized.digest,
    parentView: ledger.lastFinalized.view,
    timeMs: millis(2_000_000),
    prevSeed: undefined,
  });
  assert.equal(built.transactions, 0);
  assert.deepEqual(ledger.pool.status(), { pending: 0, queued: 0, bytes: 0 });
  assert.ok(!ledger.hasExecutable());
  assert.equal(codeOf(ledger.admit(millis(2), 2000, wide)), "LIMIT_EXCEEDED");
});
