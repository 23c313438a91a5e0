import assert from "node:assert/strict";
import { test } from "node:test";
import { height } from "@polis/codec";
import { type BlockRef, threshold, type VoteType } from "../seam/types.ts";
import { genesis, makeHeader, readHeader, TestChain } from "../testing/testChain.ts";
import { makeVoters, signVote } from "../testing/voters.ts";
import { judgeRound } from "./judgeRound.ts";
import { VoteSet } from "./voteSet.ts";

const chain = new TestChain();
function child(parent: BlockRef, salt: number): BlockRef {
  const header = makeHeader(parent.number + 1, parent.hash, salt);
  chain.add(header);
  return { number: height(parent.number + 1), hash: readHeader(header)!.hash };
}
//          /- b1 - b2
// genesis - a - c1
const a = child(genesis, 1);
const b1 = child(a, 2);
const b2 = child(b1, 2);
const c1 = child(a, 3);
const voters = makeVoters(7);

/** Votes of the first voters, one target each. */
function votes(type: VoteType, targets: readonly BlockRef[]): VoteSet {
  const set = new VoteSet(7, threshold(7));
  for (const [i, target] of targets.entries()) set.add(signVote(voters[i]!, type, target));
  return set;
}

const judge = (prevotes: readonly BlockRef[], precommits: readonly BlockRef[]) =>
  judgeRound(votes("prevote", prevotes), votes("precommit", precommits), chain, genesis);

test("thresholds of kratos-core 7.1", () => {
  assert.deepEqual([3, 4, 10, 50, 75, 100, 101].map(threshold), [3, 3, 7, 34, 51, 67, 68]);
});

test("a quorum supports the block where its chains meet", () => {
  assert.equal(judge([b2, b2, b1, c1], []).ghost, undefined);
  assert.equal(judge([b2, b2, b1, c1, c1], []).ghost?.hash, a.hash);
  assert.equal(judge([b2, b2, b2, b1, b1], []).ghost?.hash, b1.hash);
  assert.equal(judge([b2, b2, b2, b2, b2], []).ghost?.hash, b2.hash);
});

test("a round is completable when its precommits decide what may still be final", () => {
  const prevotes = [b2, b2, b2, b2, b2];
  assert.equal(judge(prevotes, []).completable, false);
  const done = judge(prevotes, [b2, b2, b2, b2, b2]);
  assert.deepEqual([done.completable, done.finalized?.hash, done.estimate?.hash], [true, b2.hash, b2.hash]);
});

test("the estimate falls to what precommits can still support", () => {
  const { estimate, completable, finalized } = judge([b2, b2, b2, b2, b2], [b2, c1, c1, c1, a, a]);
  assert.equal(finalized?.hash, a.hash);
  assert.equal(estimate?.hash, a.hash);
  assert.equal(completable, true);
});

test("votes that are missing may still support a block", () => {
  const { estimate, completable } = judge([b2, b2, b2, b2, b2], [b2, b1, b1, c1, c1, a]);
  assert.equal(estimate?.hash, b1.hash);
  assert.equal(completable, true);
});

test("an equivocator counts for every block, and its second vote is evidence", () => {
  const set = votes("prevote", [b2, b2, b2, b2]);
  assert.equal(set.add(signVote(voters[4]!, "prevote", c1)), "new");
  assert.equal(judgeRound(set, votes("precommit", []), chain, genesis).ghost?.hash, a.hash);
  const proof = set.add(signVote(voters[4]!, "prevote", genesis));
  assert.equal(typeof proof === "object" && proof.second.target.hash, genesis.hash);
  assert.equal(judgeRound(set, votes("precommit", []), chain, genesis).ghost?.hash, b2.hash);
  assert.equal(set.add(signVote(voters[4]!, "prevote", b1)), "known");
  assert.deepEqual([set.seen, set.equivocators, set.votes().length], [5, 1, 6]);
});
