import assert from "node:assert/strict";
import { test } from "node:test";
import { epoch, height, krat12, seconds, slot } from "@polis/codec";
import fc from "fast-check";
import { systemAccounts } from "../identifiers.ts";
import { type Account, accounts, credit } from "../modules/accounts/account.ts";
import { accountsModule } from "../modules/accounts/accountsModule.ts";
import { Transfer } from "../modules/accounts/transfer.ts";
import { withTip } from "../modules/accounts/withTip.ts";
import { EXISTENTIAL_DEPOSIT, KRAT, productionParams } from "../params/chainParams.ts";
import { noEntriesBelow, State } from "../state/state.ts";
import { person } from "../testing/people.ts";
import { applyTransaction } from "./applyTransaction.ts";
import type { Call } from "./call.ts";
import type { ChainEvent } from "./event.ts";
import { createRuntime } from "./runtime.ts";

const runtime = createRuntime([accountsModule]);
const [anna, ben] = [person(1).account, person(2).account];
const admitAll = { feeMultiplier: 100n, admits: () => true };
const block = {
  ...{ number: height(1), slot: slot(601), epoch: epoch(1), timestamp: seconds(3_606), author: person(9).account },
  ...{ params: productionParams, chainIdentity: new Uint8Array(32) },
};

function world(free = KRAT) {
  const state = new State(noEntriesBelow);
  credit(state, anna, free);
  const events: ChainEvent[] = [];
  const context = { block, state, emit: (event: ChainEvent) => void events.push(event) };
  const send = (call: Call, nonce = state.get(accounts.of(anna)).nonce, admission = admitAll) =>
    applyTransaction(runtime, context, { sender: anna, nonce, call, timestamp: 0 }, 0, admission);
  return { state, events, send, of: (who: string) => state.get(accounts.of(who as typeof anna)) };
}

const pay = (amount: bigint, to = ben) => Transfer.of({ to, amount: krat12(amount) });
const FEE = 1_000_000n;

test("a transfer moves money, costs its fee and says so", () => {
  const { send, of, events } = world();
  assert.deepEqual(send(pay(EXISTENTIAL_DEPOSIT)), { receipt: { success: true, fee: FEE, code: undefined } });
  assert.equal(of(anna).free, KRAT - EXISTENTIAL_DEPOSIT - FEE);
  assert.deepEqual([of(anna).nonce, of(anna).lastActiveEpoch, of(ben).free], [1, 1, EXISTENTIAL_DEPOSIT]);
  assert.deepEqual(
    events.map(({ name }) => name),
    ["Transferred"],
  );
});

test("a failing effect costs fee and nonce and changes nothing else (I16)", () => {
  const cases: readonly [Call, string][] = [
    [pay(0n), "InvalidAmount"],
    [pay(KRAT), "InsufficientBalance"],
    [pay(EXISTENTIAL_DEPOSIT - 1n), "BelowExistentialDeposit"],
    [pay(EXISTENTIAL_DEPOSIT, systemAccounts.reserve), "InvalidRecipient"],
  ];
  for (const [call, code] of cases) {
    const { send, of, events } = world();
    assert.deepEqual(send(call), { receipt: { success: false, fee: FEE, code } });
    const expected: Partial<Account> = { nonce: 1, free: krat12(KRAT - FEE) };
    assert.deepEqual({ nonce: of(anna).nonce, free: of(anna).free }, expected);
    assert.deepEqual([of(ben).free, events.length], [0n, 0]);
  }
});

test("what must not be in a block is named, and changes nothing", () => {
  const { send, of, state } = world();
  assert.deepEqual(send(pay(1n), 1), { invalid: "InvalidNonce" });
  assert.deepEqual(send(pay(1n), 0, { feeMultiplier: 100n, admits: () => false }), { invalid: "ClassFrozen" });
  assert.deepEqual(world(krat12(FEE - 1n)).send(pay(1n)), { invalid: "InsufficientFee" });
  const context = { block, state, emit: () => undefined };
  const forged = { sender: systemAccounts.treasury, nonce: 0, call: pay(1n), timestamp: 0 };
  assert.deepEqual(applyTransaction(runtime, context, forged, 0, admitAll), { invalid: "SystemSender" });
  assert.deepEqual([of(anna).nonce, of(anna).free], [0, KRAT]);
});

test("a tip is paid on top, and the multiplier of governance moves base fees only", () => {
  const tipped = withTip({ tip: krat12(500n), call: pay(EXISTENTIAL_DEPOSIT) });
  assert.deepEqual(world().send(tipped), { receipt: { success: true, fee: FEE + 500n, code: undefined } });
  const doubled = world().send(tipped, 0, { feeMultiplier: 200n, admits: () => true });
  assert.deepEqual(doubled, { receipt: { success: true, fee: 2n * FEE + 500n, code: undefined } });
});

test("whatever is sent, money only moves: what leaves the accounts is fees", () => {
  const transfer = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.bigInt({ min: 0n, max: 2n * KRAT }));
  fc.assert(
    fc.property(fc.array(transfer, { maxLength: 20 }), (transfers) => {
      const { send, state } = world();
      let fees = 0n;
      for (const [to, amount] of transfers) {
        const applied = send(pay(amount, person(to).account));
        if ("receipt" in applied) fees += applied.receipt.fee;
      }
      const everybody = [0, 1, 2, 3].map((n) => state.get(accounts.of(person(n).account)).free);
      assert.equal(
        everybody.reduce((sum, free) => sum + free, fees),
        KRAT,
      );
    }),
  );
});
