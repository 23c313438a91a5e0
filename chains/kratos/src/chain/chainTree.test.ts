import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, height, krat12, seconds, slot } from "@polis/codec";
import fc from "fast-check";
import { signHeader } from "../block/header.ts";
import type { Tip } from "../block/produceBlock.ts";
import { Transfer } from "../modules/accounts/transfer.ts";
import { KRAT } from "../params/chainParams.ts";
import { type BlockTree, type Branching, growTree, openTree, straight } from "../testing/blockTree.ts";
import { MemoryStore } from "../testing/memoryStore.ts";
import { TestChain } from "../testing/testChain.ts";
import type { ChainTree } from "./chainTree.ts";
import { isBetterHead } from "./forkChoice.ts";
import { readGenesisRecord } from "./openChain.ts";
import { chainTables } from "./tables.ts";

const branching: fc.Arbitrary<Branching> = fc.record({
  on: fc.nat(30),
  skip: fc.constantFrom(0, 0, 1, 2, 7),
  pays: fc.boolean(),
});
const shapes = fc.array(branching, { minLength: 1, maxLength: 9 });
const picks = fc.infiniteStream(fc.nat());

function shuffled<T>(items: readonly T[], pick: fc.Stream<number>): T[] {
  const rest = [...items];
  return items.map(() => rest.splice(pick.next().value % rest.length, 1)[0]!);
}

/** The head by definition: of all blocks that contain the final one. */
function headOf({ tips }: BlockTree, final: Tip): Tip {
  const byHash = new Map(tips.map((tip) => [tip.hash, tip]));
  const contains = (tip: Tip): boolean => {
    if (tip.hash === final.hash) return true;
    const parent = byHash.get(tip.header.parentHash);
    return parent !== undefined && contains(parent);
  };
  return tips.filter(contains).reduce((best, tip) => (isBetterHead(tip, best) ? tip : best));
}

function importAll(tree: ChainTree, { blocks }: BlockTree, pick: fc.Stream<number>): void {
  for (const block of shuffled(blocks, pick)) {
    const { outcome, drained } = tree.import(block, { bestKnown: 100 });
    assert.ok(["imported", "buffered"].includes(outcome.kind), outcome.kind);
    for (const other of drained) assert.equal(other.outcome.kind, "imported");
  }
}

test("a tree of blocks gives the same head and root in every order of arrival (3.8, I2)", () => {
  fc.assert(
    fc.property(shapes, picks, (shape, pick) => {
      const grown = growTree(shape);
      const expected = headOf(grown, grown.tips[0]!);
      for (let node = 0; node < 2; node++) {
        const tree = openTree(grown.chain);
        importAll(tree, grown, pick);
        assert.equal(tree.head.hash, expected.hash);
        assert.equal(tree.head.tree.hash, expected.header.stateRoot);
        assert.equal(tree.orphans.size, 0);
      }
    }),
    { numRuns: 15 },
  );
});

test("whatever the moment of a kill, the chain comes back as it was, and nothing final is lost (3.8)", () => {
  fc.assert(
    fc.property(shapes, picks, (shape, pick) => {
      const grown = growTree(shape);
      const store = new MemoryStore();
      const tree = openTree(grown.chain, store);
      const seen: { head: Digest; final: Digest }[] = [];
      const note = () => {
        while (seen.length < store.batches.length) seen.push({ head: tree.head.hash, final: tree.final.hash });
      };
      note();
      for (const block of grown.blocks) {
        tree.import(block);
        note();
        if (pick.next().value % 3 !== 0) continue;
        const above = [...tree.nodes()].filter(({ hash }) => hash !== tree.final.hash);
        if (above.length === 0) continue;
        tree.finalize(above[pick.next().value % above.length]!.hash);
        note();
      }
      for (const [i, { head, final }] of seen.entries()) {
        const again = openTree(grown.chain, new MemoryStore(store.batches.slice(0, i + 1)));
        assert.deepEqual([again.head.hash, again.final.hash], [head, final]);
        assert.equal(again.head.tree.hash, again.head.header.stateRoot);
        // It goes on from there as a node does that was never killed.
        for (const block of grown.blocks) assert.notEqual(again.import(block).outcome.kind, "fault");
        const last = grown.tips.find(({ hash }) => hash === final)!;
        assert.equal(again.head.hash, headOf(grown, last).hash);
      }
    }),
    { numRuns: 15 },
  );
});

test("what is final lies in the store as if no branch had been: the same rows by every way (I4)", () => {
  const [main, fork] = [straight(14), 3];
  const direct = new MemoryStore();
  const other = new MemoryStore();
  const one = openTree(main.chain, direct);
  for (const block of main.blocks) {
    one.import(block);
    one.finalize(one.head.hash);
  }
  const two = openTree(main.chain, other);
  main.chain.tip = main.tips[fork]!;
  const side = main.chain.next([], 4).block;
  for (const block of [...main.blocks.slice(0, fork + 1), side, ...main.blocks.slice(fork + 1)]) two.import(block);
  const { blocks, dropped } = two.finalize(two.head.hash)!;
  assert.equal(blocks.length, 14);
  assert.equal(dropped.length, 1);
  assert.deepEqual(other.dump(), direct.dump());
  assert.deepEqual([...other.range(chainTables.unfinal, { limit: 9 })], []);
  assert.equal(two.finalize(two.final.hash), undefined);
  assert.throws(() => two.finalize(dropped[0]!), /not above/);
  assert.equal(two.import(side).outcome.kind, "stale");
});

test("the head moves to a longer branch and says what was left and entered; finality ends the other one", () => {
  const grown = straight(3);
  const { chain, tips, blocks } = grown;
  const tree = openTree(chain);
  for (const block of blocks) tree.import(block);
  chain.tip = tips[1]!;
  const fork = Array.from({ length: 3 }, () => chain.next([], 1).block);
  assert.equal(tree.import(fork[0]!).headChange, undefined);
  tree.import(fork[1]!);
  const { headChange } = tree.import(fork[2]!);
  assert.deepEqual(headChange?.abandoned, [tips[2]!.hash, tips[3]!.hash]);
  assert.equal(headChange?.adopted.length, 3);
  const back = tree.finalize(tips[3]!.hash)!;
  assert.equal(back.headChange?.head.hash, tips[3]!.hash);
  assert.equal(back.headChange?.abandoned.length, 3);
  assert.equal(tree.import(fork[1]!).outcome.kind, "stale");
});

test("a known block changes nothing, and a failed one leaves no trace (I3)", () => {
  const { chain, blocks } = straight(2);
  const store = new MemoryStore();
  const tree = openTree(chain, store);
  tree.import(blocks[0]!);
  const before = store.dump();
  assert.equal(tree.import(blocks[0]!).outcome.kind, "known");
  const { header } = blocks[1]!;
  const leader = chain.people.find(({ account }) => account === header.author)!;
  const forged = signHeader(chain.rules.chainIdentity, { ...header, stateRoot: header.parentHash }, leader.secret);
  const outcome = tree.import({ ...blocks[1]!, header: forged }).outcome;
  assert.deepEqual(outcome, { kind: "fault", fault: { code: "StateRootMismatch", ban: false } });
  assert.deepEqual(store.dump(), before);
  assert.equal(tree.import(blocks[1]!).outcome.kind, "imported");
});

test("blocks out of order, from afar or from the future are no fault; a wrong number over a known parent is (I43, V16)", () => {
  const { chain, blocks, tips } = straight(4);
  const tree = openTree(chain);
  const last = blocks[3]!;
  assert.deepEqual(tree.import(last).outcome, { kind: "buffered", missing: last.header.parentHash });
  assert.deepEqual(tree.import(blocks[2]!).outcome, { kind: "buffered", missing: tips[2]!.hash });
  const early = seconds(blocks[0]!.header.timestamp - 11);
  assert.equal(tree.import(blocks[0]!, { nowS: early }).outcome.kind, "future");
  assert.equal(tree.import(blocks[0]!, { nowS: seconds(early + 1) }).outcome.kind, "imported");
  const { drained } = tree.import(blocks[1]!);
  assert.deepEqual(
    drained.map(({ hash }) => hash),
    [tips[3]!.hash, tips[4]!.hash],
  );
  const leader = chain.people.find(({ account }) => account === last.header.author)!;
  const far = signHeader(chain.rules.chainIdentity, { ...last.header, number: height(105) }, leader.secret);
  const lost = { ...far, parentHash: blocks[0]!.header.transactionsRoot };
  assert.equal(tree.import({ ...last, header: lost }).outcome.kind, "tooFar");
  const unsigned = tree.import({ ...last, header: lost }, { bestKnown: 50 }).outcome;
  assert.deepEqual(unsigned, { kind: "fault", fault: { code: "InvalidSignature", ban: true } });
  const wrong = tree.import({ ...last, header: far }).outcome;
  assert.deepEqual(wrong, { kind: "fault", fault: { code: "InvalidParentHash", ban: true } });
});

test("a produced block is stored as it is, without applying it again (3.8)", () => {
  const { chain, done, tips } = straight(2);
  const tree = openTree(chain);
  assert.equal(tree.adopt(done[0]!).headChange?.head.hash, tips[1]!.hash);
  assert.equal(tree.adopt(done[0]!).headChange, undefined);
  assert.equal(tree.adopt(done[1]!).headChange?.head.hash, tips[2]!.hash);
  assert.equal(tree.head.tree.hash, tips[2]!.header.stateRoot);
});

test("a store keeps the record that its chain began with, so that a restart needs no file (12.10)", () => {
  const chain = new TestChain(3, 1);
  const store = new MemoryStore();
  assert.equal(readGenesisRecord(store), undefined);
  openTree(chain, store);
  assert.deepEqual(readGenesisRecord(store), chain.genesis.record);
});

test("a store of another chain is refused", () => {
  const store = new MemoryStore();
  openTree(new TestChain(3, 1), store);
  assert.throws(() => openTree(new TestChain(3, 2), store), { code: "CHAIN_STORE_OTHER_GENESIS" });
});

test("a leader that makes block after block for one slot fills no tree: two are kept, and a third that somebody built on (8.3)", () => {
  const chain = new TestChain(4, 2);
  const tree = openTree(chain);
  const pay = (amount: bigint) =>
    chain.sign(4, Transfer.of({ to: chain.people[5]!.account, amount: krat12(amount * KRAT) }));
  const { tip } = chain;
  const rivals = [1n, 2n, 3n, 4n].map((amount) => {
    chain.tip = tip;
    const { block } = chain.next([pay(amount)]);
    return { block, after: chain.tip };
  });
  const kinds = rivals.map(({ block }) => tree.import(block).outcome.kind);
  assert.deepEqual(kinds, ["imported", "imported", "tooFar", "tooFar"]);
  const third = rivals[2]!;
  chain.tip = third.after;
  let skip = 0;
  while (chain.leaderAt(slot(third.after.header.slot + 1 + skip)).account === third.block.header.author) skip++;
  const child = chain.next([], skip);
  const waits = tree.import(child.block).outcome;
  assert.deepEqual(waits, { kind: "buffered", missing: third.after.hash });
  assert.equal(tree.import(third.block).outcome.kind, "imported");
  assert.equal(tree.head.hash, chain.tip.hash);
  assert.equal(tree.import(rivals[3]!.block).outcome.kind, "tooFar");
  // Nothing of the count is left behind, and a restart counts again.
  const again = openTree(chain, tree.store as MemoryStore);
  assert.equal(again.import(rivals[3]!.block).outcome.kind, "tooFar");
  tree.finalize(third.after.hash);
  assert.equal(tree.import(rivals[3]!.block).outcome.kind, "stale");
});

test("a block without its parent by somebody who is no validator is not kept: keys cost nothing (12.11)", () => {
  const chain = new TestChain(4, 2);
  const tree = openTree(chain);
  chain.next();
  const { block } = chain.next();
  const { account, secret } = chain.people[4]!;
  const header = signHeader(chain.rules.chainIdentity, { ...block.header, author: account }, secret);
  assert.deepEqual(tree.import({ ...block, header }).outcome, { kind: "tooFar" });
  assert.equal(tree.import(block).outcome.kind, "buffered");
  assert.equal(tree.orphans.size, 1);
});
