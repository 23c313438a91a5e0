import assert from "node:assert/strict";
import { test } from "node:test";
import { epoch, height, krat12, millis, slot } from "@polis/codec";
import { accounts } from "../modules/accounts/account.ts";
import { Transfer } from "../modules/accounts/transfer.ts";
import { ClockAttest } from "../modules/clock/clockAttest.ts";
import { type ClockRecord, clocks } from "../modules/clock/clockRecord.ts";
import { RecordFinality } from "../modules/finality/recordFinality.ts";
import { KRAT } from "../params/chainParams.ts";
import { codec, TestChain } from "../testing/testChain.ts";
import { admitsFree } from "./admitsFree.ts";
import { TransactionPool } from "./transactionPool.ts";

const now = millis(0);
const STRANGER = 3;
const EXCLUDED = 0;

/** A pool over the head of a chain, in which one validator's clock is out until it is healed. */
function world() {
  const chain = new TestChain(3, 1);
  chain.next();
  let status: ClockRecord["status"] = "Excluded";
  const state = () => {
    const made = chain.state;
    const item = clocks.of(chain.people[EXCLUDED]!.account);
    made.set(item, { ...made.get(item), status });
    return made;
  };
  const pool = new TransactionPool({
    ...{ rules: chain.rules, codec, account: (id) => state().get(accounts.of(id)) },
    admitsFree: (transaction) => admitsFree(state(), transaction),
  });
  const heal = () => {
    status = "Healthy";
  };
  return { chain, pool, heal };
}

const attest = (chain: TestChain, who: number, at: number) => chain.sign(who, ClockAttest.of({ slot: slot(at) }), 0);

test("only an attestation that a block could take waits without a fee", () => {
  const { chain, pool } = world();
  const reason = (who: number, at: number) => {
    const outcome = pool.add(attest(chain, who, at), now);
    return outcome.ok ? "ok" : outcome.reason;
  };
  assert.equal(reason(STRANGER, 1), "NotAdmitted");
  assert.equal(reason(1, 1), "NotAdmitted");
  assert.equal(reason(EXCLUDED, 1), "ok");
  const block = { number: height(1), hash: chain.tip.hash };
  const justification = { block, round: 1, set: epoch(0), precommits: [], ancestry: [] };
  const recorded = pool.add(chain.sign(STRANGER, RecordFinality.of({ justification }), 0), now);
  assert.deepEqual(recorded, { ok: false, reason: "NotAdmitted" });
  assert.equal(pool.size, 1);
});

test("an attestation that no block can take any more leaves, and its nonce is free", () => {
  for (const end of ["healed", "old"] as const) {
    const { chain, pool, heal } = world();
    const { account } = chain.people[EXCLUDED]!;
    assert.ok(pool.add(attest(chain, EXCLUDED, 2), now).ok);
    assert.ok(pool.add(chain.sign(STRANGER, Transfer.of({ to: account, amount: krat12(KRAT) }), 0), now).ok);
    if (end === "healed") heal();
    else for (let i = 0; i < 4; i++) chain.next();
    assert.equal(pool.nextNonce(account), 1);
    pool.headChanged({ adopted: [[]], abandoned: [] }, now);
    assert.deepEqual([pool.nextNonce(account), pool.size], [0, 1], end);
  }
});
