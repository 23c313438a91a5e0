import assert from "node:assert/strict";
import { test } from "node:test";
import { height, millis } from "@polis/codec";
import { ChainReader } from "../chain/chainReader.ts";
import { credits } from "../modules/credits/creditRecord.ts";
import { validators } from "../modules/validators/validator.ts";
import { State } from "../state/state.ts";
import { shortEpochs } from "../testing/blockTree.ts";
import type { NodeResponse, Status } from "../wire/messages.ts";
import { NodeWorld, type WorldOptions } from "./testing/nodeWorld.ts";

const SLOT_MS = 6_000;

/** A world that runs; whatever happens in a test, nothing is signed twice and no final block is replaced. */
function begin(options: Partial<WorldOptions> = {}): NodeWorld {
  const world = new NodeWorld({ seed: 1, validators: 4, ...options });
  world.start();
  return world;
}

function assertSound(world: NodeWorld): void {
  assert.deepEqual(world.checks.violations, []);
}

/** Everybody who is up is at most so many slots behind with finality. */
function assertLively(world: NodeWorld, slots = 4): void {
  const now = (world.nowMs - world.chain.genesis.header.timestamp * 1_000) / SLOT_MS;
  for (const { tree, index, isUp } of world.nodes) {
    if (isUp)
      assert.ok(now - tree.final.header.slot <= slots, `node ${index}: final ${tree.final.header.slot} of ${now}`);
  }
}

test("four nodes find each other, take turns and finalise", () => {
  const world = begin();
  world.run(30 * SLOT_MS);
  assertSound(world);
  assertLively(world);
  const [first] = world.nodes;
  assert.ok(first!.tree.head.header.number >= 26, `${first!.tree.head.header.number}`);
  assert.equal(new Set(world.nodes.map(({ tree }) => tree.final.hash)).size, 1);
  const authors = world.nodes.filter((machine) => machine.heard("produced").length > 0);
  assert.ok(authors.length >= 3);
  assert.deepEqual(
    world.nodes.flatMap((machine) => machine.heard("fault")),
    [],
  );
});

test("a node tells JSON-RPC who its peers are, which round it is in and how its clock is (13.3)", () => {
  const world = begin();
  world.run(10 * SLOT_MS);
  const backend = world.nodes[1]!.backend();
  const peers = backend.peers();
  assert.deepEqual(peers.peers, ["peer0", "peer2", "peer3"]);
  assert.ok(peers.averageScore >= 100);
  assert.ok(peers.bestHeight >= world.nodes[1]!.tree.head.header.number - 2, `${peers.bestHeight}`);
  const round = backend.round()!;
  assert.ok(round.round >= 5 && round.prevotes <= 4 && round.precommits <= 4);
  assert.equal(round.state === "Prevoting", round.target === undefined);
  assert.equal(backend.clock().status, "Healthy");
  assert.equal(backend.chainName, "KratOs");
});

test("a liar about heights stops nobody from producing, and is asked for what it claims (S13)", () => {
  const world = begin();
  world.run(2 * SLOT_MS);
  const asked = new Set<string>();
  for (const { index } of world.nodes) {
    world.connectStranger("liar", index, (effect) => {
      if (effect.kind !== "request") return;
      const request = world.wire.decodeRequest("req", effect.bytes);
      assert.ok(request.ok);
      asked.add(request.value.kind);
      const { header, hash } = world.chain.genesis;
      const lie: Status = {
        ...{ bestBlock: height(1_000_000), bestHash: header.stateRoot, genesisHash: hash, finalizedNumber: height(0) },
        ...{ finalizedHash: hash, protocolVersion: 1, unixTimeMs: millis(world.nowMs) },
      };
      const answer: NodeResponse =
        request.value.kind === "status" ? { kind: "status", status: lie, peerCount: 9 } : { kind: "notFound" };
      world.later(20, () => world.answerAs(index, effect.id, world.wire.encodeResponse(answer)));
    });
  }
  const before = world.nodes[0]!.tree.head.header.number;
  world.run(20 * SLOT_MS);
  assert.ok(asked.has("status") && asked.size > 1, [...asked].join());
  assert.ok(world.nodes[0]!.tree.head.header.number >= before + 18);
  assert.ok(world.nodes.every((machine) => machine.backend().peers().bestHeight < 1_000));
  assertSound(world);
  assertLively(world);
});

test("a transaction of a client of one node is in everybody's final chain", () => {
  const world = begin();
  world.run(3 * SLOT_MS);
  const { node, tree } = world.nodes[2]!;
  const signed = world.payment(0);
  const { outcome, effects } = node!.submit(world.nodes[2]!.wall(world.nowMs), signed);
  assert.ok(outcome.ok);
  world.perform(world.nodes[2]!, effects);
  world.runUntil("the payment is final everywhere", 10 * SLOT_MS, () =>
    world.nodes.every((each) => world.paid(each) === 1n),
  );
  assert.ok(tree.final.header.number > 0);
  assertSound(world);
});

test("whoever does its duty is never punished: recorded proofs have the signatures of all (5.2, 8.2)", () => {
  const world = begin({ seed: 4, overrides: shortEpochs });
  world.run(80 * SLOT_MS);
  const state = new State(world.nodes[0]!.tree.final.entries);
  for (const { account } of world.chain.people.slice(0, 4)) {
    assert.equal(state.get(validators.of(account))?.slashCount, 0);
    assert.ok(state.get(credits.of(account))!.uptime >= 110);
  }
  assertSound(world);
});

test("each node restarts in turn while the others go on, and nobody loses what was final (I14, I31)", () => {
  const world = begin();
  for (const { index } of world.nodes) {
    world.run(4 * SLOT_MS);
    const final = world.nodes[index]!.tree.final.header.number;
    world.crash(index);
    world.run(3 * SLOT_MS);
    world.start(index);
    world.run(3 * SLOT_MS);
    assert.ok(world.nodes[index]!.tree.final.header.number >= final);
  }
  world.run(6 * SLOT_MS);
  assertSound(world);
  assertLively(world);
});

test("all nodes lose power at once and go on together (I14, I31)", () => {
  for (const seed of [1, 2, 3]) {
    const world = begin({ seed, diskMs: 400 });
    for (let round = 0; round < 3; round++) {
      world.run(5 * SLOT_MS + world.random(SLOT_MS));
      const { highest } = world.final;
      for (const { index } of world.nodes) world.crash(index);
      world.run(SLOT_MS);
      world.start();
      world.runUntil("finality goes on", 20 * SLOT_MS, () => world.final.lowest > highest);
    }
    assertSound(world);
    assertLively(world);
  }
});

test("power cuts between every two effects of a step that produces never sign a slot twice (I14)", () => {
  for (let effects = 0; effects <= 6; effects++) {
    for (const pauseMs of [50, 1_000, SLOT_MS]) {
      const world = begin({ seed: 5, diskMs: 200 });
      world.run(4 * SLOT_MS);
      const machine = world.nodes[effects % 4]!;
      const final = world.final.highest;
      machine.crashInProduction = effects;
      world.runUntil("the power is cut", 40 * SLOT_MS, () => !machine.isUp);
      world.run(pauseMs);
      world.start(machine.index);
      world.run(6 * SLOT_MS);
      assertSound(world);
      assertLively(world);
      assert.ok(world.final.lowest > final);
    }
  }
});

test("the record of a signed slot keeps a node from a second header when its block is lost and its clock comes back late (I14)", () => {
  for (let effects = 1; effects <= 4; effects++) {
    const world = begin({ validators: 1, seed: effects });
    const machine = world.nodes[0]!;
    world.run(5 * SLOT_MS);
    machine.chainDisk.extraMs = 60_000;
    machine.crashInProduction = effects;
    world.runUntil("the power is cut", 2 * SLOT_MS, () => !machine.isUp);
    const signed = Math.floor((world.nowMs - world.chain.genesis.header.timestamp * 1_000) / SLOT_MS);
    machine.chainDisk.extraMs = 0;
    machine.offsetMs = -3 * SLOT_MS;
    world.start(0);
    assert.ok(machine.tree.head.header.slot < signed, "the block is lost");
    world.give(machine, { kind: "timer" });
    const { outcome, effects: more } = machine.node!.submit(machine.wall(world.nowMs), world.payment(0));
    assert.ok(outcome.ok);
    world.perform(machine, more);
    world.run(6 * SLOT_MS);
    const skipped = machine.heard("skipped").find(({ slot, reason }) => slot === signed && reason.includes("signed"));
    assert.ok(skipped, `slot ${signed}`);
    assert.ok(machine.tree.head.header.slot > signed);
    assertSound(world);
  }
});

test("a node that joins 300 blocks late synchronises and finalises what it took over", () => {
  const world = new NodeWorld({ seed: 3, validators: 3, followers: 1 });
  world.start(0, 1, 2);
  world.run(300 * SLOT_MS);
  const height = world.nodes[0]!.tree.head.header.number;
  assert.ok(height >= 290, `${height}`);
  world.start(3);
  const late = world.nodes[3]!;
  world.runUntil("the late node is there", 20 * SLOT_MS, () => late.tree.final.header.number >= height);
  assert.equal(new ChainReader(late.tree).hashAt(height), new ChainReader(world.nodes[0]!.tree).hashAt(height));
  assertSound(world);
  assert.ok(late.heard("syncing").some(({ state }) => state !== "Idle" && state !== "Synced"));
});

test("halves of a network finalise nothing apart, and go on when they meet again", () => {
  const world = begin({ seed: 7 });
  world.run(5 * SLOT_MS);
  world.cut = (a, b) => a < 2 !== b < 2;
  world.run(2 * SLOT_MS);
  const { highest } = world.final;
  world.run(15 * SLOT_MS);
  assert.equal(world.final.highest, highest);
  world.cut = () => false;
  world.runUntil("finality goes on", 20 * SLOT_MS, () => world.final.lowest > highest + 3);
  world.run(5 * SLOT_MS);
  assertSound(world);
  assertLively(world);
  const finals = () => new Set(world.nodes.map(({ tree }) => tree.final.hash));
  world.runUntil("all have the same final block", 3 * SLOT_MS, () => finals().size === 1);
  assert.ok(world.nodes.some((machine) => machine.heard("reorganised").length > 0));
});

test("a round that stalls for five minutes on a slow network bans nobody, and goes on when the others are back", () => {
  const world = begin({ delayMs: 2_000, seed: 8 });
  world.run(6 * SLOT_MS);
  world.crash(2);
  world.crash(3);
  world.run(300_000);
  const { highest } = world.final;
  world.start(2, 3);
  world.runUntil("finality goes on", 20 * SLOT_MS, () => world.final.lowest > highest + 2);
  const costly = world.nodes.flatMap((machine) => machine.heard("fault")).filter(({ action }) => action !== "score");
  assert.deepEqual(costly, []);
  assertSound(world);
});

test("two nodes stand by: blocks go on, nothing is final (kratos-core 7.8)", () => {
  const world = begin({ validators: 2 });
  world.run(12 * SLOT_MS);
  assertSound(world);
  assert.ok(world.nodes[0]!.tree.head.header.number >= 8);
  assert.equal(world.final.highest, 0);
  assert.equal(world.nodes[0]!.backend().round(), undefined);
});
