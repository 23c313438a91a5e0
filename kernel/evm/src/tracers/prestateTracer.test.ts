import assert from "node:assert/strict";
import { test } from "node:test";
import { accessListTracer } from "./accessListTracer.ts";
import { fourByteTracer } from "./fourByteTracer.ts";
import { prestateTracer } from "./prestateTracer.ts";
import { account, end, execution, none, playState, slot, start } from "./testing/play.ts";

const name = (n: number) => `0x${account(n)}`;
const word = (n: number) => `0x${slot(n)}`;

/** 1 pays 5 to 2, which writes slots 1 to 3 of its own, and creates 9; 3 is only looked at. */
function play(diffMode: boolean) {
  const state = playState({ [account(1)]: 100n, [account(2)]: 0n, [account(3)]: 7n });
  const [payer, contract] = [state.accounts.get(account(1))!, state.accounts.get(account(2))!];
  contract.code = Uint8Array.of(0x60);
  contract.slots.set(slot(1), 11n);
  contract.slots.set(slot(3), 33n);
  const { tracer, result } = prestateTracer({ diffMode });
  tracer.onStart!(state);
  tracer.onAccount!(account(1));
  payer.nonce = 1n;
  tracer.onAccount!(account(2));
  tracer.onAccount!(account(3));
  tracer.onEnter!(start({}));
  for (const n of [1, 2, 3]) tracer.onSlot!(account(2), slot(n));
  contract.slots.set(slot(1), 0n);
  contract.slots.set(slot(2), 22n);
  tracer.onAccount!(account(9));
  tracer.onEnter!(start({ kind: "CREATE", depth: 1, to: account(9) }));
  state.accounts.set(account(9), { balance: 0n, nonce: 1n, code: Uint8Array.of(1), slots: new Map() });
  tracer.onExit!(end(1n, undefined, none, 1));
  tracer.onExit!(end(1n));
  payer.balance = 95n;
  contract.balance = 5n;
  return result(execution({}));
}

test("the accounts and slots that were looked at, as they were; a contract made on the way is left out", () => {
  assert.deepEqual(play(false), {
    [name(1)]: { balance: "0x64" },
    [name(2)]: {
      balance: "0x0",
      code: "0x60",
      storage: { [word(1)]: word(11), [word(2)]: word(0), [word(3)]: word(33) },
    },
    [name(3)]: { balance: "0x7" },
  });
});

test("diff mode gives what changed before and after; zeros and unchanged slots are left out", () => {
  assert.deepEqual(play(true), {
    pre: {
      [name(1)]: { balance: "0x64" },
      [name(2)]: { balance: "0x0", code: "0x60", storage: { [word(1)]: word(11) } },
    },
    post: {
      [name(1)]: { balance: "0x5f", nonce: 1 },
      [name(2)]: { balance: "0x5", storage: { [word(2)]: word(22) } },
      [name(9)]: { nonce: 1, code: "0x01" },
    },
  });
});

test("a contract that is created and destroyed in one execution leaves nothing, unless the destruction was undone", () => {
  for (const halt of [undefined, "revert"] as const) {
    const state = playState({});
    const { tracer, result } = prestateTracer({ diffMode: true });
    tracer.onStart!(state);
    tracer.onEnter!(start({}));
    tracer.onAccount!(account(9));
    tracer.onEnter!(start({ kind: "CREATE", depth: 1, to: account(9) }));
    state.accounts.set(account(9), { balance: 0n, nonce: 1n, code: Uint8Array.of(1), slots: new Map() });
    tracer.onExit!(end(1n, undefined, none, 1));
    tracer.onEnter!(start({ depth: 1, to: account(9) }));
    tracer.onEnter!(start({ kind: "SELFDESTRUCT", depth: 2, from: account(9), to: account(1) }));
    tracer.onExit!(end(0n, undefined, none, 2));
    tracer.onExit!(end(1n, halt, none, 1));
    tracer.onExit!(end(1n));
    const post = halt === undefined ? {} : { [name(9)]: { nonce: 1, code: "0x01" } };
    assert.deepEqual(result(execution({})), { pre: {}, post });
  }
});

test("limits stop the collection with a mark", () => {
  const state = playState({ [account(1)]: 1n, [account(2)]: 2n });
  const { tracer, result } = prestateTracer({ limits: { maxItems: 1 } });
  tracer.onStart!(state);
  tracer.onAccount!(account(1));
  tracer.onAccount!(account(2));
  assert.deepEqual(result(execution({})), { [name(1)]: { balance: "0x1" }, truncated: true });
});

test("an access list has the touched slots of all accounts, and the accounts that are not excluded", () => {
  const recorder = accessListTracer((address) => address === account(1));
  recorder.tracer.onAccount!(account(1));
  recorder.tracer.onAccount!(account(2));
  recorder.tracer.onSlot!(account(1), slot(7));
  recorder.tracer.onSlot!(account(1), slot(7));
  assert.deepEqual(recorder.list(), [
    { address: account(2), slots: [] },
    { address: account(1), slots: [slot(7)] },
  ]);
  assert.deepEqual(recorder.result(execution({})), [
    { address: name(2), storageKeys: [] },
    { address: name(1), storageKeys: [word(7)] },
  ]);
});

test("functions are counted by selector and size of arguments", () => {
  const { tracer, result } = fourByteTracer((address) => address === account(1));
  const input = Uint8Array.of(1, 2, 3, 4, 5);
  tracer.onEnter!(start({ input }));
  tracer.onEnter!(start({ input, kind: "STATICCALL" }));
  tracer.onEnter!(start({ input, kind: "CREATE" }));
  tracer.onEnter!(start({ input, to: account(1) }));
  tracer.onEnter!(start({ input: input.subarray(0, 3) }));
  assert.deepEqual(result(execution({})), { "0x01020304-1": 2 });
});
