import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "@polis/codec";
import type { EvmLog } from "@polis/evm";
import { faceAddress, paymentsLogAddress } from "../addresses.ts";
import { transferLog } from "../receipt/log.ts";
import { blacklistSlot, faceSlot } from "./faceSlots.ts";
import { nativePerUnit } from "./money.ts";
import { call, code, create, mark, pop, returnWord, revert, selfDestruct, stop, store } from "./testing/assemble.ts";
import { createEngineWorld, type EngineWorld } from "./testing/engineWorld.ts";
import { callToken, encodeCall, openToken, people } from "./testing/token.ts";
import { testParams } from "./testing/worlds.ts";

const { alice, bob, carol, frozen, zero, stranger } = people;
const contract = "c0de".padStart(40, "c") as Address;
const other = "07e4".padStart(40, "d") as Address;
const units = (count: bigint) => count * nativePerUnit;

function open(): EngineWorld {
  const world = createEngineWorld(testParams);
  openToken(world);
  return world;
}

/** A contract with code and money. */
function place(world: EngineWorld, address: Address, bytes: Uint8Array, balance = units(1_000n)): void {
  world.overlay.setAccount(address, 1n, 0n as never);
  world.setAccount(address, balance, bytes);
}

function shown(logs: readonly EvmLog[]) {
  return logs.map((log) => ({ address: log.address, topics: [...log.topics], data: log.data.toHex() }));
}

function assertLogs(logs: readonly EvmLog[], expected: readonly EvmLog[]): void {
  assert.deepEqual(shown(logs), shown(expected));
}

const marked = (address: Address): EvmLog => ({ address, topics: [], data: new Uint8Array(0) });
const asBool = (output: Uint8Array) => output.at(-1) === 1;

test("U7: a transaction's value is logged once, before the callee's logs; to oneself and 0 not at all", () => {
  const world = open();
  place(world, contract, code(mark, stop), 0n);
  assertLogs(world.execute({ from: alice, to: contract, value: units(5n) }).logs, [
    transferLog(alice, contract, 5n),
    marked(contract),
  ]);
  assertLogs(world.execute({ from: alice, to: bob, value: units(2n) + 1n }).logs, [transferLog(alice, bob, 2n)]);
  assertLogs(world.execute({ from: alice, to: bob, value: 1n }).logs, [transferLog(alice, bob, 0n)]);
  assertLogs(world.execute({ from: alice, to: bob }).logs, []);
  assertLogs(world.execute({ from: alice, to: alice, value: units(1n) }).logs, []);
});

test("U7: value of a creation is logged before the logs of its init code", () => {
  const world = open();
  const direct = world.execute({ from: alice, to: undefined, value: units(3n), data: code(mark, stop) });
  assertLogs(direct.logs, [transferLog(alice, direct.created!, 3n), marked(direct.created!)]);
  for (const salt of [undefined, 7]) {
    place(world, contract, code(create(mark + stop, units(4n), salt), returnWord));
    const { logs, output } = world.execute({ from: alice, to: contract });
    const created = output.subarray(12).toHex() as Address;
    assertLogs(logs, [transferLog(contract, created, 4n), marked(created)]);
    assert.equal(world.balance(created), units(4n));
  }
});

test("U7: CALL logs at the moment of transfer; CALLCODE and DELEGATECALL move nothing", () => {
  const world = open();
  place(world, other, code(mark, stop));
  place(world, contract, code(mark, call("CALL", other, units(1n)), mark, stop));
  assertLogs(world.execute({ from: alice, to: contract }).logs, [
    marked(contract),
    transferLog(contract, other, 1n),
    marked(other),
    marked(contract),
  ]);
  for (const kind of ["CALLCODE", "DELEGATECALL"] as const) {
    place(world, contract, code(call(kind, other, units(1n)), returnWord));
    const { logs, output } = world.execute({ from: alice, to: contract });
    assert.ok(asBool(output));
    assertLogs(logs, [marked(contract)]);
  }
  place(world, contract, code(call("CALL", contract, 0n), stop));
  assertLogs(world.execute({ from: alice, to: contract }).logs, []);
});

test("U7: logs of reverted frames vanish with the frame", () => {
  const world = open();
  place(world, other, code(call("CALL", bob, units(1n)), revert));
  place(world, contract, code(call("CALL", other, units(2n)), pop, call("CALL", bob, units(3n)), stop));
  const before = world.balance(other);
  assertLogs(world.execute({ from: alice, to: contract }).logs, [transferLog(contract, bob, 3n)]);
  assert.equal(world.balance(other), before);
});

test("U12, U13, U6: a CALL that may not move value answers 0 and gives its gas back", () => {
  const cases: readonly (readonly [Address, (world: EngineWorld) => void])[] = [
    [frozen, () => {}],
    [zero, () => {}],
    [faceAddress, () => {}],
    [bob, (world) => world.setStorage(faceAddress, faceSlot.paused, 1n)],
    [bob, (world) => world.setStorage(faceAddress, blacklistSlot(contract), 1n)],
  ];
  for (const [to, prepare] of cases) {
    const world = open();
    place(world, contract, code(call("CALL", to, units(1n)), returnWord));
    prepare(world);
    const before = world.balance(to);
    const { status, output, logs, gasUsed } = world.execute({ from: alice, to: contract });
    assert.deepEqual([status, asBool(output), logs, world.balance(to)], [1, false, [], before]);
    assert.ok(gasUsed < 70_000n);
  }
});

test("U12, U13: calls without value and movements to oneself go on, paused and blacklisted", () => {
  const world = open();
  world.setStorage(faceAddress, faceSlot.paused, 1n);
  world.setStorage(faceAddress, blacklistSlot(contract), 1n);
  place(world, contract, code(call("CALL", frozen, 0n), returnWord));
  const { status, output } = world.execute({ from: alice, to: contract });
  assert.deepEqual([status, asBool(output)], [1, true]);
  assert.equal(world.execute({ from: alice, to: alice, value: units(1n) }).status, 1);
});

test("U12, U13, U6: a transaction whose value may not move fails with status 0 and pays only what it must", () => {
  for (const [to, paused] of [
    [frozen, false],
    [zero, false],
    [bob, true],
  ] as const) {
    const world = open();
    if (paused) callToken(world, "pauser", "pause");
    const before = world.balance(alice);
    const { status, logs, gasUsed } = world.execute({ from: alice, to, value: units(1n) });
    assert.deepEqual([status, logs, gasUsed, world.balance(alice)], [0, [], 21_000n, before]);
  }
});

test("U12, U13: a creation with value fails as a frame, without value it goes on", () => {
  for (const [value, answer] of [
    [units(1n), false],
    [0n, true],
  ] as const) {
    const world = open();
    world.setStorage(faceAddress, faceSlot.paused, 1n);
    place(world, contract, code(create(mark, value), "1515", returnWord));
    const { status, output } = world.execute({ from: alice, to: contract });
    assert.deepEqual([status, asBool(output)], [1, answer]);
  }
});

test("U7: SELFDESTRUCT to another account logs its balance once, to itself nothing", () => {
  const world = open();
  place(world, contract, code(selfDestruct(bob)), units(9n));
  assertLogs(world.execute({ from: alice, to: contract }).logs, [transferLog(contract, bob, 9n)]);
  assert.equal(world.balance(contract), 0n);
  place(world, other, code(selfDestruct(other)), units(9n));
  assertLogs(world.execute({ from: alice, to: other }).logs, []);
  assert.equal(world.balance(other), units(9n));
});

test("U6, U12, U13: SELFDESTRUCT that may not move its balance fails its frame; an empty one goes on", () => {
  for (const [beneficiary, paused] of [
    [zero, false],
    [frozen, false],
    [bob, true],
  ] as const) {
    const world = open();
    if (paused) callToken(world, "pauser", "pause");
    place(world, other, code(selfDestruct(beneficiary)), units(9n));
    place(world, contract, code(call("CALL", other), returnWord));
    const failed = world.execute({ from: alice, to: contract });
    assert.deepEqual([failed.status, asBool(failed.output), failed.logs], [1, false, []]);
    assert.equal(world.balance(other), units(9n));
    world.setAccount(other, 0n, code(selfDestruct(beneficiary)));
    assert.ok(asBool(world.execute({ from: alice, to: contract }).output));
  }
});

test("U6: a contract that destroys itself in its own favour in its own transaction keeps its balance", () => {
  const world = open();
  const init = code("30ff");
  place(world, contract, code(create(init.toHex(), units(4n)), returnWord));
  const { output, balanceDelta } = world.execute({ from: alice, to: contract });
  const created = output.subarray(12).toHex() as Address;
  assert.deepEqual([world.balance(created), world.nonce(created), balanceDelta], [units(4n), 0n, 0n]);
});

test("U6: value that reaches a destroyed contract later in its transaction stays there", () => {
  const world = open();
  // The new address is left on the stack, and gets two units more after it is gone.
  const send = `${"5f".repeat(4)}${`67${units(2n).toString(16).padStart(16, "0")}`}855af150`;
  place(world, contract, code(create(selfDestruct(bob), units(4n)), send, returnWord));
  const { output, balanceDelta, logs } = world.execute({ from: alice, to: contract });
  const created = output.subarray(12).toHex() as Address;
  assert.equal(world.balance(created), units(2n));
  assert.equal(balanceDelta, 0n);
  assertLogs(logs, [
    transferLog(contract, created, 4n),
    transferLog(created, bob, 4n),
    transferLog(contract, created, 2n),
  ]);
});

test("U14: DELEGATECALL and CALLCODE to a native fail, CALL and STATICCALL reach it", () => {
  const world = open();
  const input = encodeCall("totalSupply", []);
  for (const to of [faceAddress, paymentsLogAddress]) {
    for (const kind of ["DELEGATECALL", "CALLCODE", "CALL", "STATICCALL"] as const) {
      place(world, contract, code(store(input), call(kind, to, 0n, input.length), returnWord));
      const { status, output } = world.execute({ from: alice, to: contract });
      const reaches = to === faceAddress && (kind === "CALL" || kind === "STATICCALL");
      assert.deepEqual([status, asBool(output)], [1, reaches], `${kind} ${to}`);
    }
  }
});

test("U14: an account that delegates to the face cannot run it", () => {
  const world = open();
  world.setAccount(bob, units(9n), Uint8Array.fromHex(`ef0100${faceAddress}`));
  const { status } = world.execute({ from: alice, to: bob, data: encodeCall("totalSupply", []) });
  assert.equal(status, 0);
});

test("U12: the 7702 tuple of a blacklisted authority is skipped", () => {
  const world = open();
  world.setStorage(faceAddress, blacklistSlot(bob), 1n);
  const authorizations = [bob, carol].map((authority) => ({ chainId: 0n, address: contract, nonce: 0n, authority }));
  world.execute({ from: alice, to: stranger, authorizations });
  assert.deepEqual([world.code(bob).length, world.code(carol).length], [0, 23]);
});

test("restrictions set inside a transaction hold for its own later frames", () => {
  const world = open();
  world.setStorage(faceAddress, faceSlot.pauser, BigInt(`0x${contract}`));
  const input = encodeCall("pause", []);
  place(
    world,
    contract,
    code(
      call("CALL", bob, units(1n)),
      pop,
      store(input),
      call("CALL", faceAddress, 0n, 4),
      pop,
      call("CALL", bob, units(1n)),
      returnWord,
    ),
  );
  const { output, logs } = world.execute({ from: alice, to: contract });
  assert.ok(!asBool(output));
  assert.equal(logs.length, 2);
  assert.equal(callToken(world, "bob", "paused").value, true);
});
