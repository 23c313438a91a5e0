import assert from "node:assert/strict";
import { millis } from "@polis/codec";
import { FinalityGadget, type FinalityMessage } from "@polis/finality";
import type { ChainTree } from "../chain/chainTree.ts";
import { currentSet, finalityView } from "../chain/finalityView.ts";
import { openTree, shortEpochs } from "./blockTree.ts";
import { TestChain } from "./testChain.ts";

/** A chain with its gadget. */
export interface Node {
  readonly tree: ChainTree;
  readonly gadget: FinalityGadget;
}

/** Gadgets of everybody over a chain of their own each, whose messages arrive at once. */
export class Voters {
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
