import assert from "node:assert/strict";
import { test } from "node:test";
import { millis } from "@polis/codec";
import { createKairosLedger, KAIROS_TABLES } from "@polis/kairos";
import { createMemoryStorage } from "@polis/storage";
import { ChainDriver } from "./chainDriver.ts";
import { createPaymentFixture, envelopeOf, provenEnvelopeOf } from "./paymentFixture.ts";

const fixture = createPaymentFixture(6, 10);

async function open() {
  const { store } = createMemoryStorage({ tables: KAIROS_TABLES });
  const ledger = createKairosLedger({ genesis: fixture.genesis, store });
  await ledger.ready;
  return ledger;
}

test("blocks stand on the one that was kept, and another ledger accepts them", async () => {
  const [leader, follower] = [await open(), await open()];
  const driver = new ChainDriver(leader, 6);
  assert.ok(leader.admit(millis(1), 1, envelopeOf(fixture, 3, 0)).ok);
  const first = driver.build();
  assert.equal(first.transactions, 1);
  assert.equal(driver.build().info.parentDigest, leader.genesisDigest, "nothing was kept yet");
  driver.keep(first);
  assert.ok(follower.execute(first.block, 1 as typeof driver.leader).ok);
  const second = driver.build();
  assert.equal(second.info.parentDigest, first.info.digest);
  assert.ok(follower.execute(second.block, driver.leader).ok);
});

test("an envelope without a signature passes only with a proven sender", async () => {
  const ledger = await open();
  const envelope = provenEnvelopeOf(fixture, 1, 0);
  assert.equal(ledger.admit(millis(1), 1, envelope).ok, false);
  assert.ok(ledger.admit(millis(1), 1, envelope, fixture.signers[1]!.address).ok);
});
