import assert from "node:assert/strict";
import { test } from "node:test";
import { millis } from "@polis/codec";
import { ChainReader } from "../chain/chainReader.ts";
import { accounts } from "../modules/accounts/account.ts";
import { Transfer } from "../modules/accounts/transfer.ts";
import { KRAT } from "../params/chainParams.ts";
import { State } from "../state/state.ts";
import { person } from "../testing/people.ts";
import { NodeWorld } from "./testing/nodeWorld.ts";
import type { WorldNode } from "./testing/worldNode.ts";

const SLOT_MS = 6_000;

/** A network of one: it leads every slot. */
function alone(): { readonly world: NodeWorld; readonly machine: WorldNode } {
  const world = new NodeWorld({ seed: 1, validators: 1 });
  world.start();
  return { world, machine: world.nodes[0]! };
}

test("a node that nobody talks to listens for two slots, and then produces in every slot", () => {
  const { world, machine } = alone();
  world.run(9 * SLOT_MS);
  assert.deepEqual(
    machine.heard("produced").map(({ slot }) => slot),
    [3, 4, 5, 6, 7, 8, 9],
  );
  assert.match(machine.heard("skipped")[0]!.reason, /no peer has told/);
});

test("a body that breaks a rule is left out, and the slot is not lost", () => {
  const { world, machine } = alone();
  world.run(4 * SLOT_MS);
  const { pool } = machine.backend();
  assert.ok(pool.add(world.payment(0), millis(world.nowMs)).ok);
  // The pool lies about the nonce, as no pool does: what it offers cannot be in a block.
  const [account, own] = [...pool.senders()][0]!;
  const wrong = { ...own.get(0)!, signed: world.payment(7) };
  pool.senders = () => [[account, new Map([[0, wrong]])]];
  world.run(SLOT_MS);
  const last = machine.heard("produced").at(-1)!;
  assert.equal(last.transactions, 0);
  assert.match(machine.heard("skipped").at(-1)!.reason, /its transactions: InvalidTransaction/);
  assert.equal(last.slot, machine.tree.head.header.slot);
});

test("a slot that is almost over is left to the next one", () => {
  const { world, machine } = alone();
  world.run(4 * SLOT_MS);
  const before = machine.heard("produced").length;
  // The process is held up until the slot is nearly over.
  const { node } = machine;
  machine.node = undefined;
  world.run(SLOT_MS + 4_200);
  machine.node = node;
  world.give(machine, { kind: "timer" });
  assert.equal(machine.heard("produced").length, before);
  assert.match(machine.heard("skipped").at(-1)!.reason, /almost over/);
  world.run(SLOT_MS);
  assert.ok(machine.heard("produced").length > before);
});

test("a producer records finality in its blocks, and leaves its nonce to a transaction of its own account that waits", () => {
  const world = new NodeWorld({ seed: 2, validators: 3 });
  world.start();
  world.run(12 * SLOT_MS);
  const [machine] = world.nodes;
  const reader = new ChainReader(machine!.tree);
  const { account } = world.chain.people[0]!;
  const own = () => new State(machine!.tree.head.entries).get(accounts.of(account));
  const blocks = Array.from({ length: machine!.tree.head.header.number }, (_, i) => reader.blockAt(i + 1)!);
  const recorded = blocks.filter(({ transactions }) => transactions[0]?.transaction.call.name === "RecordFinality");
  assert.ok(recorded.length >= 5);
  const { nonce, free } = own();
  assert.equal(recorded.filter(({ header }) => header.author === account).length, nonce);
  // From now on it is the only one who could take the nonce away.
  assert.ok(free > 2n * KRAT);
  const pay = world.chain.sign(0, Transfer.of({ to: person(9).account, amount: KRAT }), nonce);
  const { outcome, effects } = machine!.node!.submit(machine!.wall(world.nowMs), pay);
  assert.ok(outcome.ok);
  world.perform(machine!, effects);
  world.runUntil("it pays", 6 * SLOT_MS, () => reader.place(outcome.hash) !== undefined);
});
