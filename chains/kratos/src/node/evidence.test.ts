import assert from "node:assert/strict";
import { test } from "node:test";
import { digestOf, height } from "@polis/codec";
import { realVoteSignatures } from "@polis/finality";
import { signHeader } from "../block/header.ts";
import { validators } from "../modules/validators/validator.ts";
import { State } from "../state/state.ts";
import { nodeTables } from "./tables.ts";
import { NodeWorld } from "./testing/nodeWorld.ts";
import type { WorldNode } from "./testing/worldNode.ts";

const SLOT_MS = 6_000;
const OFFENDER = 3;

function begin(): NodeWorld {
  const world = new NodeWorld({ seed: 6, validators: 4 });
  world.start();
  world.run(12 * SLOT_MS);
  return world;
}

/** What the final state of a machine says of the offender. */
const record = ({ tree }: WorldNode, world: NodeWorld) =>
  new State(tree.final.entries).get(validators.of(world.chain.people[OFFENDER]!.account))!;

/** Evidence that a machine's disk still keeps. */
const kept = ({ chainDisk }: WorldNode) => [...chainDisk.range(nodeTables.evidence, { limit: 10 })].length;

function assertPunished(world: NodeWorld): void {
  const honest = world.nodes.slice(0, OFFENDER);
  world.runUntil("the offence is punished on the final chain", 40 * SLOT_MS, () =>
    honest.every((machine) => record(machine, world).status === "Jailed"),
  );
  assert.equal(record(honest[0]!, world).slashCount, 1);
  world.run(SLOT_MS);
  for (const machine of honest) assert.equal(kept(machine), 0, "what the chain knows is forgotten");
}

test("two headers of one slot are found out, told to all, kept over a restart and put on chain (7.7, 8.3)", () => {
  const world = begin();
  const { account, secret } = world.chain.people[OFFENDER]!;
  const [witness] = world.nodes;
  world.runUntil("the offender produces", 60 * SLOT_MS, () => witness!.tree.head.header.author === account);
  const { header } = witness!.tree.head;
  // An empty block with a wrong state: nobody imports it, and its signature is an offence all the same.
  const root = (byte: number) => digestOf(new Uint8Array(32).fill(byte));
  const other = { ...header, stateRoot: root(8), transactionsRoot: root(0) };
  const block = { header: signHeader(world.chain.rules.chainIdentity, other, secret), transactions: [] };
  world.connectStranger("messenger", 0, () => undefined);
  world.gossipAs("messenger", 0, "blocks", world.wire.encodeGossip({ topic: "blocks", block }));
  assert.equal(kept(witness!), 1);
  world.run(1_000);
  assert.equal(kept(world.nodes[1]!), 1, "it was told");
  world.crash(1);
  world.start(1);
  assert.equal(kept(world.nodes[1]!), 1);
  assertPunished(world);
  assert.ok(world.verdicts.some(({ topic, verdict }) => topic === "consensus" && verdict === "accept"));
});

test("two votes of one voter are found out by the gadget and put on chain (7.7)", () => {
  const world = begin();
  const { account, secret } = world.chain.people[OFFENDER]!;
  const { chainIdentity } = world.chain.rules;
  const [witness] = world.nodes;
  const gadget = witness!.backend().round()!;
  world.connectStranger("messenger", 0, () => undefined);
  for (const { header, hash } of [witness!.tree.head, witness!.tree.final]) {
    const target = { number: height(header.number), hash };
    const unsigned = { type: "prevote" as const, target, round: gadget.round + 2, set: gadget.set as never };
    const signature = realVoteSignatures.sign(chainIdentity, unsigned, secret);
    const vote = { ...unsigned, voter: account, signature };
    world.gossipAs("messenger", 0, "finality", world.wire.encodeGossip({ topic: "finality", vote }));
  }
  assert.equal(kept(witness!), 1);
  assertPunished(world);
});
