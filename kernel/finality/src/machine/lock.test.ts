import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, height, millis } from "@polis/codec";
import type { FinalityChain } from "../seam/chain.ts";
import type { FinalityEffect } from "../seam/effects.ts";
import type { BlockRef, FinalityVote, Justification, VoteType } from "../seam/types.ts";
import { genesis, makeHeader, readHeader, TestChain } from "../testing/testChain.ts";
import { chainIdentity, firstSet, makeVoters, signVote } from "../testing/voters.ts";
import { FinalityGadget } from "./gadget.ts";

const voters = makeVoters(4);
const set = firstSet(voters);

/** A chain that forgets the branches that a final block ended, and counts how often it is read. */
class PruningChain extends TestChain {
  readonly gone = new Set<Digest>();
  ancestor?: NonNullable<FinalityChain["ancestor"]>;
  reads = 0;

  override block(hash: Digest) {
    this.reads++;
    return this.gone.has(hash) ? undefined : super.block(hash);
  }

  override bestContaining(block: BlockRef): BlockRef | undefined {
    return this.gone.has(block.hash) ? undefined : super.bestContaining(block);
  }
}

/** One voter's gadget, with what it signed. */
class Voter {
  readonly chain = new PruningChain();
  readonly signed: FinalityVote[] = [];
  readonly effects: FinalityEffect[] = [];
  gadget: FinalityGadget;
  #now = 0;

  constructor() {
    this.gadget = this.#boot(genesis, undefined);
    this.do({ kind: "start" });
  }

  #boot(finalized: BlockRef, proof: Justification | undefined): FinalityGadget {
    const ownVotes = [...this.signed];
    const self = voters[0]!;
    return new FinalityGadget({
      ...{ chain: this.chain, chainIdentity, set, self, finalized, proof, ownVotes, delayMs: 1_500 },
    });
  }

  restart(finalized: BlockRef, proof: Justification): void {
    this.gadget = this.#boot(finalized, proof);
    this.do({ kind: "start" });
  }

  add(parent: BlockRef, salt: number): BlockRef {
    const header = makeHeader(parent.number + 1, parent.hash, salt);
    this.chain.add(header);
    return { number: height(parent.number + 1), hash: readHeader(header)!.hash };
  }

  do(event: Parameters<FinalityGadget["step"]>[1]): void {
    const effects = this.gadget.step(millis(this.#now), event);
    this.effects.push(...effects);
    for (const effect of effects) if (effect.kind === "persist") this.signed.push(...effect.votes);
  }

  wait(ms: number): void {
    this.#now += ms;
    this.do({ kind: "timer" });
  }

  hear(type: VoteType, round: number, targets: Readonly<Record<number, BlockRef>>): void {
    for (const [who, target] of Object.entries(targets)) {
      this.do({ kind: "vote", from: 7, vote: signVote(voters[Number(who)]!, type, target, round) });
    }
  }

  said(type: VoteType, round: number): Digest | undefined {
    return this.signed.find((vote) => vote.type === type && vote.round === round)?.target.hash;
  }
}

function prove(block: BlockRef, round: number, who: readonly number[]): Justification {
  const precommits = who
    .map((i) => signVote(voters[i]!, "precommit", block, round))
    .map(({ target, voter, signature }) => ({ target, validator: voter, signature }));
  return { block, round, set: set.id, precommits, ancestry: [] };
}

/**
 * Voter 0 saw prevotes for x and one precommit less than the others: it thinks that x may be final. The others know better, and
 * made y final in round 2.
 */
function misled() {
  const voter = new Voter();
  const parent = voter.add(genesis, 1);
  const x = voter.add(parent, 2);
  voter.hear("prevote", 1, { 1: x, 2: x });
  voter.wait(3_000);
  voter.wait(3_000);
  voter.hear("precommit", 1, { 1: parent, 2: parent });
  assert.deepEqual([voter.said("prevote", 1), voter.said("precommit", 1)], [x.hash, x.hash]);
  assert.equal(voter.gadget.round, 2);
  const y = voter.add(parent, 3);
  const z = voter.add(y, 4);
  const proof = prove(y, 2, [1, 2, 3]);
  return { voter, parent, x, y, z, proof };
}

test("a voter that learns of finality against its estimate votes for what is final, and can leave the round (7.5, KD2)", () => {
  for (const isRestarted of [false, true]) {
    const { voter, parent, x, y, z, proof } = misled();
    voter.do({ kind: "justification", from: 7, justification: proof });
    voter.chain.gone.add(x.hash);
    assert.equal(voter.gadget.finalized.hash, y.hash);
    if (isRestarted) voter.restart(y, proof);
    // The last vote of round 1, which would have shown that x could not be final, names a branch that is over.
    voter.hear("precommit", 1, { 3: parent });
    voter.hear("prevote", 2, { 1: y, 2: y, 3: y });
    voter.wait(3_000);
    voter.wait(3_000);
    assert.equal(voter.said("prevote", 2), z.hash);
    assert.equal(voter.said("precommit", 2), y.hash);
    voter.hear("precommit", 2, { 1: y, 2: y });
    assert.equal(voter.gadget.round, 3);
  }
});

test("without that proof it keeps to its estimate, as long as that may be final (7.5 (2))", () => {
  const { voter, x, y } = misled();
  voter.hear("prevote", 2, { 1: y, 2: y });
  voter.wait(3_000);
  voter.wait(30_000);
  assert.equal(voter.said("prevote", 2), x.hash);
  assert.equal(voter.said("precommit", 2), undefined);
  assert.equal(voter.gadget.round, 2);
});

test("a proof of a later round brings a voter there; what it signed before is not signed again", () => {
  const { voter, y } = misled();
  voter.do({ kind: "justification", from: 7, justification: prove(y, 300, [1, 2, 3]) });
  assert.equal(voter.gadget.round, 300);
  voter.hear("prevote", 300, { 1: y, 2: y });
  voter.wait(3_000);
  voter.wait(3_000);
  assert.equal(voter.gadget.round, 301);
  voter.do({ kind: "votesRequest", from: 3, set: set.id, round: 1 });
  assert.ok(!voter.effects.some((effect) => effect.kind === "send" && effect.message.kind === "votesResponse"));
});

test("an own precommit in the stored proof counts as signed, also when the disk lost its record (7.5 (4), 7.7)", () => {
  const voter = new Voter();
  const first = voter.add(genesis, 1);
  const proof = prove(first, 5, [0, 1, 2]);
  voter.restart(first, proof);
  const next = voter.add(first, 2);
  voter.hear("prevote", 5, { 1: next, 2: next, 3: next });
  for (let i = 0; i < 4; i++) voter.wait(3_000);
  assert.equal(voter.said("precommit", 5), undefined);
  assert.equal(voter.gadget.fullProof?.precommits.length, 3);
});

test("a voter that contradicts its precommit in a proof is found out (7.7)", () => {
  const { voter, parent, y } = misled();
  voter.hear("precommit", 2, { 3: parent });
  voter.do({ kind: "justification", from: 7, justification: prove(y, 2, [1, 2, 3]) });
  const found = voter.effects.flatMap((effect) => (effect.kind === "equivocation" ? [effect.proof] : []));
  assert.deepEqual(
    found.map(({ first, second }) => [first.voter, first.target.hash, second.target.hash]),
    [[voters[3]!.account, parent.hash, y.hash]],
  );
});

test("a vote that a proof of the present round held is passed on all the same when it comes", () => {
  const { voter, y, proof } = misled();
  voter.do({ kind: "justification", from: 7, justification: proof });
  const before = voter.effects.length;
  voter.hear("precommit", 2, { 1: y });
  const relayed = voter.effects.slice(before).filter(({ kind }) => kind === "relay");
  assert.equal(relayed.length, 1);
});

test("a vote for the base of an old set does not make anybody walk down to it", () => {
  const voter = new Voter();
  const blocks = [genesis];
  for (let i = 0; i < 500; i++) blocks.push(voter.add(blocks[i]!, 1));
  const final = blocks[500]!;
  voter.do({ kind: "justification", from: 7, justification: prove(final, 1, [1, 2, 3]) });
  const next = voter.add(final, 1);
  // As a node does, with its index of final blocks.
  voter.chain.ancestor = (_, number) => [...blocks, next][number];
  voter.chain.reads = 0;
  voter.hear("prevote", 2, { 1: next, 2: next, 3: genesis });
  voter.hear("precommit", 2, { 1: next, 2: next, 3: genesis });
  assert.ok(voter.chain.reads < 200, `${voter.chain.reads} blocks`);
});
