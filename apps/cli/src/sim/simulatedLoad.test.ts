import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, type Height, millis, validatorIndex, view } from "@polis/codec";
import { createKairosLedger, KAIROS_TABLES, nativePerUnit, recount } from "@polis/kairos";
import { createMemoryStorage } from "@polis/storage";
import { simulatedGenesis } from "./kairosLedgerSetup.ts";
import { contracts } from "./simulatedContracts.ts";
import { createSimulatedLoad } from "./simulatedLoad.ts";

test("the simulated load runs every kind of transaction, with the statuses that it is meant to have", async () => {
  const load = createSimulatedLoad(52_470n);
  const { store } = createMemoryStorage({ tables: KAIROS_TABLES });
  const ledger = createKairosLedger({ genesis: simulatedGenesis(1, load), store });
  await ledger.ready;
  const count = 600;
  for (let i = 0; i < count; i++) {
    const admitted = ledger.admit(millis(1), 1, load.transaction(i));
    assert.ok(admitted.ok, admitted.ok ? "" : (admitted.fault.detail ?? "refused"));
  }
  let included = 0;
  const statuses = new Map<string, number>();
  for (let at = 1; ledger.hasExecutable(); at++) {
    const parent = ledger.lastFinalized;
    const built = ledger.build({
      view: view(at),
      leader: validatorIndex(0),
      parentDigest: parent.digest,
      parentView: parent.view,
      timeMs: millis(at * 1000),
      prevSeed: undefined,
    });
    await store.commit(ledger.finalize(built.info.digest));
    included += built.transactions;
    for (const receipt of ledger.receiptsByHeight(at as Height)!) {
      const name = `${receipt.type} ${receipt.status}`;
      statuses.set(name, (statuses.get(name) ?? 0) + 1);
    }
    const { minted, burned } = ledger.supply();
    assert.equal(recount(store), (minted - burned) * nativePerUnit);
  }
  assert.equal(included, count);
  for (const name of ["0 1", "1 0", "2 0", "2 1", "4 1", "75 1"]) assert.ok((statuses.get(name) ?? 0) > 5, name);
  const state = ledger.stateAt(ledger.head().digest)!;
  const delegated = load.authorities.filter((account) => state.account(account)?.nonce === 1n);
  assert.ok(delegated.length > 5);
  const calls = load.funded.filter((account) => {
    return state.storage(contracts.splitter.address, account.padStart(64, "0") as Digest) > 0n;
  });
  assert.ok(calls.length > 10);
  assert.equal(state.account(contracts.reverter.address)!.balance, 0n);
});
