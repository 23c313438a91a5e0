import assert from "node:assert/strict";
import { test } from "node:test";
import { buildPayment } from "../payment/buildPayment.ts";
import { signPayment } from "../payment/signPayment.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestChain } from "../testing/testChain.ts";

const alice = testSigner(1);
const bob = testSigner(2);

test("a built block is executed elsewhere with the same result", () => {
  const genesis = testGenesis({ funded: [alice.address] });
  const [leader, follower] = [createTestChain(genesis), createTestChain(genesis)];
  const pay = signPayment(
    buildPayment({ chainId: 52470n, nonce: 0n, payments: [{ to: bob.address, amount: 5_000_000n }] }),
    alice,
  );
  const built = leader.produce([pay]);
  assert.equal(built.transactions, 1);
  const imported = follower.import(built.block);
  assert.ok(imported.ok, JSON.stringify(imported));
  assert.deepEqual(imported.value, built.info);
  assert.equal(follower.core.states.rootAt(built.info.digest), leader.core.states.rootAt(built.info.digest));
  const got = follower.core.states.at(built.info.digest)!.account(bob.address);
  assert.equal(got?.balance, 5_000_000n * 10n ** 12n);
});
