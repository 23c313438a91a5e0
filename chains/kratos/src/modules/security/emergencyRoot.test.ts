import assert from "node:assert/strict";
import { test } from "node:test";
import { epoch, height } from "@polis/codec";
import { TestChain } from "../../testing/testChain.ts";
import type { SecurityStateChange } from "./securityModule.ts";
import { security } from "./securityState.ts";

test("an entry into Emergency is told with V and cause, and keeps the state root of the block before it (kratos-core 10.1, I40)", () => {
  const chain = new TestChain(4, 0, [{ name: "slots_per_epoch", value: 10n }]);
  while (chain.tip.header.slot < 9) chain.next();
  const state = chain.state;
  const exit = {
    from: "Bootstrap",
    to: "Normal",
    epoch: epoch(0),
    block: height(1),
    validators: 80,
    reason: "T3",
  } as const;
  state.set(security, { ...state.get(security), state: "Normal", history: [exit] });
  chain.tip = { ...chain.tip, entries: state };
  const { stateRoot } = chain.tip.header;
  const { applied } = chain.build();
  const record = applied.state.get(security);
  assert.deepEqual([record.state, record.emergencyStateRoot], ["Emergency", stateRoot]);
  const told = applied.events.filter(({ name }) => name === "SecurityStateChanged").map(({ fields }) => fields);
  const expected: SecurityStateChange = { from: "Normal", to: "Emergency", validators: 4, cause: "T4" };
  assert.deepEqual(told, [expected]);
});
