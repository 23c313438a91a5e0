import assert from "node:assert/strict";
import { test } from "node:test";
import { slot } from "@polis/codec";
import { admitsClass, type SecurityRecord, type SecurityStateName } from "@polis/kratos";
import { TestNode } from "@polis/kratos/testing";
import { slotStart } from "@polis/slots";
import { securityStates } from "../metrics/catalogue.ts";
import { observe } from "./observe.ts";
import { securityFacts, securityView } from "./securityView.ts";
import { SlotStrip } from "./slotStrip.ts";

const nowOf = (node: TestNode, at: number) => slotStart(node.tree.rules.clock, slot(at)) * 1_000;
const kinds = (strip: SlotStrip, node: TestNode) =>
  strip.look(nowOf(node, node.tree.head.header.slot + 2)).slots.map(({ is }) => is);

test("a strip tells produced, final, missed and coming slots, and each leader is the author of its block", () => {
  const node = new TestNode();
  const strip = new SlotStrip(node.backend);
  for (const skip of [0, 1, 0]) node.produce(skip);
  node.tree.finalize(node.backend.reader.hashAt(1)!);
  assert.deepEqual(kinds(strip, node).slice(0, 8), [
    "final",
    "final",
    "missed",
    "produced",
    "produced",
    "late",
    "now",
    "ahead",
  ]);
  const view = strip.look(nowOf(node, 4));
  assert.deepEqual([view.epoch, view.now, view.produced, view.missed], [0, 4, 4, 1]);
  for (const { slot: at, number, leader } of view.slots) {
    if (number === undefined || number === 0) continue;
    const { header } = node.backend.reader.blockAt(number)!;
    assert.deepEqual([header.slot, header.author], [at, leader]);
  }
});

test("a strip begins anew with each epoch, and follows a head that moved to another branch", () => {
  const node = new TestNode();
  const strip = new SlotStrip(node.backend);
  for (let i = 0; i < 8; i++) {
    node.produce();
    strip.look(nowOf(node, i + 1));
  }
  const fork = node.chain.tip;
  node.produce(3);
  assert.equal(strip.look(nowOf(node, 12)).epoch, 1);
  assert.deepEqual(
    strip
      .look(nowOf(node, 12))
      .slots.map(({ is }) => is)
      .slice(0, 4),
    ["missed", "missed", "produced", "ahead"],
  );
  // A longer branch from the same parent.
  node.chain.tip = fork;
  node.produce();
  node.produce(2);
  const view = strip.look(nowOf(node, 12));
  assert.deepEqual([view.epoch, view.slots.filter(({ is }) => is === "produced").length], [1, 1]);
});

test("a look at a long epoch reads a bounded number of blocks, and the next looks complete it", () => {
  const node = TestNode.withEpochs(200);
  for (let i = 0; i < 150; i++) node.produce();
  let reads = 0;
  const { reader } = node.backend;
  const counting = Object.assign(Object.create(reader) as typeof reader, {
    tree: node.tree,
    block: (hash: Parameters<typeof reader.block>[0]) => {
      reads++;
      return reader.block(hash);
    },
  });
  const strip = new SlotStrip({ ...node.backend, reader: counting });
  const unread: number[] = [];
  const spent: number[] = [];
  for (let look = 0; look < 5; look++) {
    const before = reads;
    unread.push(kinds(strip, node).filter((is) => is === "unread").length);
    spent.push(reads - before);
  }
  assert.ok(unread[0]! > 0 && unread[1]! < unread[0]!);
  assert.deepEqual(unread.slice(-2), [0, 0]);
  assert.ok(Math.max(...spent) <= 61 && spent.at(-1)! <= 1, String(spent));
  assert.ok(!kinds(strip, node).includes("missed"));
});

/** The facts of a young chain, with another record. */
function inState(state: SecurityStateName, validators: number, more: Partial<SecurityRecord>) {
  const facts = securityFacts(new TestNode().backend, validators);
  return { ...facts, record: { ...facts.record, state, ...more } };
}

test("every state says what it waits for, and how far it is", () => {
  const goals = (state: SecurityStateName, validators: number, more: Partial<SecurityRecord> = {}) => {
    const { goal, progress } = securityView(inState(state, validators, more));
    assert.ok(goal.length > 10);
    return progress.map(({ value, target }) => `${value}/${target}`);
  };
  assert.deepEqual(goals("Bootstrap", 4), ["0/1440", "4/50", "0/90"]);
  assert.deepEqual(goals("Normal", 80), ["80/75"]);
  assert.deepEqual(goals("Degraded", 76, { consecutiveEpochsAboveSafe: 12 }), ["76/75", "12/100"]);
  assert.deepEqual(goals("Restricted", 30, { epochsBelowMin: 4 }), ["30/50", "4/10"]);
  assert.deepEqual(goals("Emergency", 20, { epochsBelowMin: 7 }), ["20/25", "7/10"]);
  assert.deepEqual(goals("BootstrapRecovery", 40), ["40/50"]);
});

test("every state says what it means: leaving always works, and governance is frozen where it is", () => {
  for (const state of securityStates) {
    const { effect } = securityView(inState(state, 40, {}));
    assert.match(effect, /^Payments, staking and leaving work/);
    assert.equal(/frozen/.test(effect), !admitsClass(state, "G"), state);
  }
});

test("participation that is not enough is never shown as enough", () => {
  const facts = { ...inState("Bootstrap", 60, {}), participationBps: [8_999] };
  assert.deepEqual(securityView(facts).progress.at(-1)?.value, 89);
  assert.deepEqual(securityView({ ...facts, participationBps: [9_000] }).progress.at(-1)?.value, 90);
});

test("the reason is the row of the last transition, in words", () => {
  const node = new TestNode();
  const { epoch, number } = node.tree.head.header;
  for (let row = 3; row <= 13; row++) {
    const last = { from: "Normal", to: "Degraded", epoch, block: number, validators: 60, reason: `T${row}` } as const;
    const { reason, history } = securityView(inState("Degraded", 60, { history: [last] }));
    assert.match(reason, new RegExp(`^[0-9a-z].* \\(T${row}\\)$`));
    assert.equal(history[0]!.reason, reason);
  }
});

test("what is observed is JSON without undefined parts, and shares add up", () => {
  const node = new TestNode();
  for (let i = 0; i < 5; i++) node.produce();
  const seen = observe(node.backend, new SlotStrip(node.backend), nowOf(node, 5)) as {
    readonly validators: readonly { readonly sharePpm: number }[];
    readonly money: { readonly parts: Readonly<Record<string, { readonly ppm: number }>> };
  };
  assert.ok(JSON.stringify(seen).length < 20_000);
  const shares = seen.validators.reduce((sum, { sharePpm }) => sum + sharePpm, 0);
  const parts = Object.values(seen.money.parts).reduce((sum, { ppm }) => sum + ppm, 0);
  // Each share is rounded down.
  assert.ok(shares > 999_990 && shares <= 1_000_000 && parts > 999_990 && parts <= 1_000_000);
});
