import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "@polis/codec";
import type { EvmLog } from "@polis/evm";
import fc from "fast-check";
import { faceAddress } from "../addresses.ts";
import { transferTopic } from "../receipt/log.ts";
import { blacklistSlot, faceSlot } from "./faceSlots.ts";
import { nativePerUnit } from "./money.ts";
import { call, code, create, mark, pop, revert, selfDestruct, store } from "./testing/assemble.ts";
import { createEngineWorld, type EngineWorld } from "./testing/engineWorld.ts";
import { encodeCall, hex, openToken, people } from "./testing/token.ts";
import { testParams } from "./testing/worlds.ts";

const contracts = ["1", "2", "3", "4"].map((digit) => digit.padStart(40, "c") as Address);
const { alice, bob, frozen, zero } = people;
const targets = fc.constantFrom<Address>(...contracts, ...contracts, bob, frozen, zero, faceAddress, alice);
const amount = fc.bigInt({ min: 0n, max: 40n });
/** Multiples of a unit, so that logs and balances can be compared exactly. */
const value = amount.map((count) => count * nativePerUnit);

/** One thing that a contract does. */
const action: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(targets, value).map(([to, sent]) => call("CALL", to, sent) + pop) },
  { weight: 1, arbitrary: fc.tuple(targets, value).map(([to, sent]) => call("CALLCODE", to, sent) + pop) },
  { weight: 1, arbitrary: targets.map((to) => call("DELEGATECALL", to) + pop) },
  { weight: 1, arbitrary: targets.map((to) => call("STATICCALL", to) + pop) },
  {
    weight: 3,
    arbitrary: fc.tuple(targets, amount).map(([to, count]) => {
      const input = encodeCall("transfer", [hex(to), count]);
      return store(input) + call("CALL", faceAddress, 0n, input.length) + pop;
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.oneof(fc.constant(mark), targets.map(selfDestruct), fc.constant(revert)), value, fc.option(fc.nat(3)))
      .map(([init, sent, salt]) => create(init, sent, salt ?? undefined) + pop),
  },
  { weight: 1, arbitrary: targets.map(selfDestruct) },
  { weight: 1, arbitrary: fc.constant(revert) },
  { weight: 1, arbitrary: fc.constant(mark) },
);

const program = fc.array(action, { maxLength: 5 }).map((actions) => code(...actions));

/** Balances of all accounts that a transaction may have touched. */
function balancesOf(world: EngineWorld, accounts: Iterable<Address>): Map<Address, bigint> {
  return new Map([...accounts].map((account) => [account, world.balance(account)]));
}

function applyLogs(balances: Map<Address, bigint>, logs: readonly EvmLog[]): void {
  for (const { address, topics, data } of logs) {
    if (address !== faceAddress || topics[0] !== transferTopic) continue;
    const [from, to] = [topics[1]!.slice(24) as Address, topics[2]!.slice(24) as Address];
    const moved = BigInt(`0x${data.toHex()}`) * nativePerUnit;
    balances.set(from, (balances.get(from) ?? 0n) - moved);
    balances.set(to, (balances.get(to) ?? 0n) + moved);
  }
}

test("A-USD-2: over random nested calls, the Transfer logs are exactly the movements of balances", () => {
  let movements = 0;
  const world = createEngineWorld(testParams);
  openToken(world);
  const scene = fc.tuple(
    fc.array(program, { minLength: 4, maxLength: 4 }),
    fc.nat(3),
    value,
    fc.integer({ min: 0, max: 9 }),
  );
  fc.assert(
    fc.property(scene, ([programs, entry, sent, twist]) => {
      const before = world.overlay.snapshot();
      contracts.forEach((address, i) => {
        world.overlay.setAccount(address, 1n, (100n * nativePerUnit) as never);
        world.overlay.setCode(address, programs[i]!);
      });
      if (twist === 0) world.setStorage(faceAddress, faceSlot.paused, 1n);
      if (twist === 1) world.setStorage(faceAddress, blacklistSlot(contracts[0]!), 1n);
      const known: Address[] = [...contracts, alice, bob, frozen, zero, faceAddress];
      const expected = balancesOf(world, known);
      const { logs, touched, balanceDelta } = world.execute({
        from: alice,
        to: contracts[entry],
        value: sent,
        gasLimit: 1_500_000n,
      });
      applyLogs(expected, logs);
      movements += logs.length;
      assert.equal(balanceDelta, 0n);
      for (const account of new Set([...known, ...touched])) {
        assert.equal(world.balance(account), expected.get(account) ?? 0n, account);
      }
      const banned = twist === 1 ? [frozen, zero, faceAddress, contracts[0]!] : [frozen, zero, faceAddress];
      for (const account of banned) {
        const initial = contracts.includes(account) ? 100n * nativePerUnit : undefined;
        if (initial !== undefined) assert.equal(world.balance(account), initial);
      }
      if (twist === 0) assert.ok(logs.every(({ topics }) => topics[0] !== transferTopic));
      world.overlay.revert(before);
    }),
    { numRuns: 300 },
  );
  assert.ok(movements > 300, `only ${movements} movements`);
});
