import assert from "node:assert/strict";
import { test } from "node:test";
import { epoch, height, millis } from "@polis/codec";
import type { FinalityEffect } from "../seam/effects.ts";
import type { BlockRef, FinalityVote, VoterSet } from "../seam/types.ts";
import { genesis, makeHeader, readHeader, TestChain } from "../testing/testChain.ts";
import { chainIdentity, firstSet, makeVoters } from "../testing/voters.ts";
import { FinalityGadget } from "./gadget.ts";

const voters = makeVoters(4);
const [oldBlock, newBlock] = [1, 2].map((salt) => makeHeader(1, genesis.hash, salt)) as [Uint8Array, Uint8Array];
const refOf = (header: Uint8Array): BlockRef => ({ number: height(1), hash: readHeader(header)!.hash });

/** Two branches upon a final block: the next block of one is of the set that voted, that of the other of the next set. */
class ForkedChain extends TestChain {
  best: Uint8Array = oldBlock;

  override bestContaining(block: BlockRef): BlockRef {
    return block.number === 0 ? refOf(this.best) : block;
  }

  override setAfter(_block: BlockRef, { id }: VoterSet): VoterSet | undefined {
    const wanted = this.best === oldBlock ? 0 : 1;
    return wanted === id ? undefined : firstSet(voters, wanted);
  }
}

test("a set that a reorganisation brings back goes on where it was: no vote is signed twice (I30)", () => {
  const chain = new ForkedChain();
  for (const header of [oldBlock, newBlock]) chain.add(header);
  const gadget = new FinalityGadget({
    ...{ chain, chainIdentity, set: firstSet(voters), self: voters[0]!, finalized: genesis, ownVotes: [] },
    delayMs: 1_500,
  });
  const votes: FinalityVote[] = [];
  const step = (at: number, kind: "start" | "timer" | "chain") => {
    for (const effect of gadget.step(millis(at), { kind }) as readonly FinalityEffect[]) {
      if (effect.kind === "persist") votes.push(...effect.votes);
    }
  };
  step(0, "start");
  step(3_000, "timer");
  for (const [round, best] of [newBlock, oldBlock, newBlock].entries()) {
    chain.best = best;
    const from = 10_000 * (round + 1);
    step(from, "chain");
    step(from + 3_000, "timer");
    assert.equal(gadget.set.id, best === oldBlock ? 0 : 1);
  }
  assert.deepEqual(
    votes.map(({ set, round, type, target }) => [set, round, type, target.hash]),
    [
      [epoch(0), 1, "prevote", refOf(oldBlock).hash],
      [epoch(1), 1, "prevote", refOf(newBlock).hash],
    ],
  );
});
