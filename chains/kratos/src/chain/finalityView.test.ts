import assert from "node:assert/strict";
import { test } from "node:test";
import { krat12, millis } from "@polis/codec";
import { FinalityGadget, type FinalityMessage } from "@polis/finality";
import { RegisterValidator } from "../modules/validators/registerValidator.ts";
import { KRAT } from "../params/chainParams.ts";
import { openTree, shortEpochs } from "../testing/blockTree.ts";
import { TestChain } from "../testing/testChain.ts";
import { ChainReader } from "./chainReader.ts";
import type { ChainTree } from "./chainTree.ts";
import { currentSet, finalityView } from "./finalityView.ts";

interface Node {
  readonly tree: ChainTree;
  readonly gadget: FinalityGadget;
}

/** Gadgets of everybody over a chain of their own each, whose messages arrive at once. */
class Voters {
  readonly chain: TestChain;
  readonly nodes: readonly Node[];
  #now = 0;

  constructor(validators = 4, others = 1) {
    this.chain = new TestChain(validators, others, shortEpochs);
    this.nodes = this.chain.people.map((self) => {
      const tree = openTree(this.chain);
      const set = currentSet(tree);
      const options = { chain: finalityView(tree), chainIdentity: this.chain.rules.chainIdentity, set };
      const gadget = new FinalityGadget({ ...options, finalized: set.base, self, ownVotes: [], delayMs: 10 });
      return { tree, gadget };
    });
    for (const i of this.nodes.keys()) this.#step(i, { kind: "start" });
  }

  /** A block for everybody, and so much time that rounds pass. */
  next(transactions: Parameters<TestChain["next"]>[0] = []): void {
    const { block } = this.chain.next(transactions);
    for (const [i, { tree }] of this.nodes.entries()) {
      assert.equal(tree.import(block).outcome.kind, "imported");
      this.#step(i, { kind: "chain" });
    }
    for (let tick = 0; tick < 12; tick++) {
      this.#now += 10;
      for (const i of this.nodes.keys()) this.#step(i, { kind: "timer" });
    }
  }

  #step(i: number, event: Parameters<FinalityGadget["step"]>[1]): void {
    const { gadget, tree } = this.nodes[i]!;
    for (const effect of gadget.step(millis(this.#now), event)) {
      if (effect.kind === "finalize") tree.finalize(effect.block.hash, effect.justification);
      else if (effect.kind === "broadcast" || effect.kind === "send") this.#deliver(i, effect.message);
      else assert.ok(["persist", "relay", "setTimer", "newSet"].includes(effect.kind), effect.kind);
    }
  }

  #deliver(from: number, message: FinalityMessage): void {
    if (message.kind !== "vote" && message.kind !== "justification") return;
    this.nodes.forEach((_, i) => {
      if (i !== from) this.#step(i, { ...message, from });
    });
  }
}

test("gadgets finalize this chain's blocks, and sets hand over when the membership changes (7.2, I31)", () => {
  const voters = new Voters();
  voters.next([voters.chain.sign(4, RegisterValidator.of({ stake: krat12(60_000n * KRAT) }))]);
  while (voters.chain.epoch < 3) voters.next();
  for (const { tree, gadget } of voters.nodes) {
    assert.deepEqual([gadget.set.id, gadget.set.voters.length], [1, 5]);
    assert.ok(tree.final.header.epoch >= 2, `final is ${tree.final.header.number} of ${tree.head.header.number}`);
    assert.equal(tree.final.hash, gadget.finalized.hash);
    const latest = new ChainReader(tree).latestJustification();
    assert.equal(latest?.block.hash, tree.final.hash);
    assert.equal(currentSet(tree).id, 1);
  }
});

test("a network of two founders stands by; with a third and a fourth validator everything since genesis becomes final (7.8)", () => {
  const voters = new Voters(2, 2);
  const join = (who: number) => voters.chain.sign(who, RegisterValidator.of({ stake: krat12(60_000n * KRAT) }));
  while (voters.chain.epoch < 2) voters.next();
  for (const { tree, gadget } of voters.nodes) assert.deepEqual([tree.final.header.number, gadget.active], [0, false]);
  voters.next([join(2)]);
  while (voters.chain.epoch < 4) voters.next();
  for (const { tree, gadget } of voters.nodes) {
    assert.deepEqual([gadget.set.id, gadget.set.voters.length, gadget.active], [3, 3, true]);
    assert.ok(tree.final.header.epoch >= 3, `final is ${tree.final.header.number} of ${tree.head.header.number}`);
    assert.equal(currentSet(tree).id, 3);
  }
  voters.next([join(3)]);
  while (voters.chain.epoch < 6) voters.next();
  for (const { tree, gadget } of voters.nodes) {
    assert.deepEqual([gadget.set.id, gadget.set.voters.length], [5, 4]);
    assert.ok(tree.final.header.epoch >= 5, `final is ${tree.final.header.number} of ${tree.head.header.number}`);
  }
});

test("a target behind the handoff is cut to it, also when the state of the target forgot the set", () => {
  const chain = new TestChain(4, 1, shortEpochs);
  const tree = openTree(chain);
  const set = currentSet(tree);
  const view = finalityView(tree);
  tree.import(chain.next([chain.sign(4, RegisterValidator.of({ stake: krat12(60_000n * KRAT) }))]).block);
  while (chain.epoch < 1) tree.import(chain.next().block);
  const { head } = tree;
  const last = view.cut({ number: head.header.number, hash: head.hash }, set);
  assert.equal(last.number, head.header.number - 1);
  assert.equal(last.hash, head.header.parentHash);
  assert.equal(view.setAfter(last, set)?.id, 1);
  assert.equal(view.setAfter(set.base, set), undefined);
  const below = view.block(last.hash)!;
  assert.deepEqual(view.cut(below, set), below);
  assert.deepEqual(view.bestContaining(set.base), { number: head.header.number, hash: head.hash });
  assert.deepEqual(view.readHeader(view.header(last.hash)!), { ...last, parentHash: below.parentHash });
});
