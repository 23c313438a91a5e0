import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "@polis/codec";
import type { EvmLog } from "@polis/evm";
import { faceAddress, paymentsLogAddress } from "../addresses.ts";
import { transferLog } from "../receipt/log.ts";
import { blacklistSlot, faceSlot } from "./faceSlots.ts";
import { kairosRules } from "./kairosRules.ts";
import { createDoubleWorld } from "./testing/doubleWorld.ts";
import { openToken, people } from "./testing/token.ts";
import { testParams } from "./testing/worlds.ts";

const rules = kairosRules(testParams);
const world = () => openToken(createDoubleWorld(testParams));

function judge(from: Address, to: Address, amount: bigint, state = world()): { allowed: boolean; logs: EvmLog[] } {
  const logs: EvmLog[] = [];
  const allowed = rules.onValue!(state, { from, to, amount }, (log) => logs.push(log));
  return { allowed, logs };
}

test("U7: a movement is logged once, in whole units, rounded down", () => {
  const { alice, bob } = people;
  for (const [amount, units] of [
    [1n, 0n],
    [10n ** 12n - 1n, 0n],
    [10n ** 12n, 1n],
    [2n * 10n ** 12n + 5n, 2n],
    [2n ** 255n, 2n ** 255n / 10n ** 12n],
  ] as const) {
    assert.deepEqual(judge(alice, bob, amount), { allowed: true, logs: [transferLog(alice, bob, units)] });
  }
});

test("U6, U12, U13: nothing moves to zero, from or to a blacklisted account, or while paused", () => {
  const { alice, bob, frozen, zero, face } = people;
  for (const [from, to] of [
    [alice, zero],
    [alice, frozen],
    [frozen, alice],
    [alice, face],
  ] as const) {
    assert.deepEqual(judge(from, to, 1n), { allowed: false, logs: [] });
  }
  const paused = world();
  paused.setStorage(faceAddress, faceSlot.paused, 1n);
  assert.deepEqual(judge(alice, bob, 1n, paused), { allowed: false, logs: [] });
  const freed = world();
  freed.setStorage(faceAddress, blacklistSlot(frozen), 0n);
  assert.ok(judge(alice, frozen, 1n, freed).allowed);
});

test("U12: a blacklisted account cannot delegate its code", () => {
  assert.ok(rules.mayDelegate!(world(), people.alice));
  assert.ok(!rules.mayDelegate!(world(), people.frozen));
});

test("the rules name the fork of genesis and the two natives", () => {
  assert.equal(rules.fork, testParams.hardfork);
  assert.equal(rules.fees, "collect");
  assert.equal(rules.keepsDestroyedBalance, true);
  assert.deepEqual([...rules.natives!.keys()].sort(), [faceAddress, paymentsLogAddress]);
});
