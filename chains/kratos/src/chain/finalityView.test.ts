import assert from "node:assert/strict";
import { test } from "node:test";
import { krat12 } from "@polis/codec";
import { blockHash } from "../block/header.ts";
import { RegisterValidator } from "../modules/validators/registerValidator.ts";
import { KRAT } from "../params/chainParams.ts";
import { openTree, shortEpochs } from "../testing/blockTree.ts";
import { TestChain } from "../testing/testChain.ts";
import { Voters } from "../testing/voters.ts";
import { ChainReader } from "./chainReader.ts";
import { currentSet, finalityView } from "./finalityView.ts";

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
  const last = { number: tree.head.header.number, hash: tree.head.hash };
  tree.import(chain.next().block);
  const { head } = tree;
  assert.deepEqual(view.cut({ number: head.header.number, hash: head.hash }, set), last);
  assert.equal(last.hash, head.header.parentHash);
  assert.equal(view.setAfter(last, set)?.id, 1);
  assert.equal(view.setAfter(set.base, set), undefined);
  const below = view.block(last.hash)!;
  assert.deepEqual(view.cut(below, set), below);
  assert.deepEqual(view.bestContaining(set.base), { number: head.header.number, hash: head.hash });
  assert.deepEqual(view.readHeader(view.header(last.hash)!), { ...last, parentHash: below.parentHash });
});

test("two blocks upon the last block of an epoch: the set before decides between them, whichever is best (KD12)", () => {
  const chain = new TestChain(4, 1, shortEpochs);
  const tree = openTree(chain);
  const set = currentSet(tree);
  const view = finalityView(tree);
  const { slotsPerEpoch } = chain.rules.params;
  tree.import(chain.next([chain.sign(4, RegisterValidator.of({ stake: krat12(60_000n * KRAT) }))]).block);
  while ((chain.tip.header.slot + 2) % slotsPerEpoch !== 0) tree.import(chain.next().block);
  const base = { number: tree.head.header.number, hash: tree.head.hash };
  const tip = chain.tip;
  const later = chain.next([], 1).block;
  chain.tip = tip;
  const sooner = chain.next().block;
  for (const block of [later, sooner]) {
    tree.import(block);
    assert.equal(view.setAfter(base, set), undefined);
  }
  assert.deepEqual([sooner.header.epoch, later.header.epoch], [0, 1]);
  const after = ({ header }: typeof later) => view.setAfter({ number: header.number, hash: blockHash(header) }, set);
  assert.equal(after(later)?.id, 1);
  assert.equal(after(sooner), undefined);
});

test("two forks open sets of one epoch with other voters: the better one says who votes, and a reorganisation is heard (KD13)", () => {
  const chain = new TestChain(2, 2, shortEpochs);
  const join = (who: number) => chain.sign(who, RegisterValidator.of({ stake: krat12(60_000n * KRAT) }));
  const tree = openTree(chain);
  const view = finalityView(tree);
  const start = chain.tip;
  const grow = (who: number, upTo: number, skip: number) => {
    chain.tip = start;
    tree.import(chain.next([join(who)], skip).block);
    while (chain.tip.header.slot < upTo) tree.import(chain.next().block);
    return chain.tip;
  };
  const worse = grow(2, 21, 0);
  const before = currentSet(tree);
  assert.equal(tree.head.hash, worse.hash);
  assert.deepEqual([before.voters.length, before.voters.includes(chain.people[2]!.account)], [3, true]);
  const better = grow(3, 24, 1);
  assert.equal(tree.head.hash, better.hash);
  const after = view.setAfter(before.base, before);
  assert.equal(after?.id, before.id);
  assert.ok(after?.voters.includes(chain.people[3]!.account));
  assert.equal(view.setAfter(before.base, after!), undefined);
});
