import assert from "node:assert/strict";
import { test } from "node:test";
import { digest, type Epoch, epoch, height } from "@polis/codec";
import type { FinalityVote, VoteType } from "@polis/finality";
import fc from "fast-check";
import { MemoryStore } from "../testing/memoryStore.ts";
import { forgetSets, keepSets, readOwnVotes, voteRows } from "./ownVotes.ts";
import { producerTables } from "./tables.ts";

const vote = (set: number, round: number, type: VoteType): FinalityVote => ({
  ...{ type, round, set: epoch(set), voter: digest("ab".repeat(32)), signature: new Uint8Array(64).fill(round & 255) },
  target: { number: height(round), hash: digest("cd".repeat(32)) },
});
const shapes = fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 90 }), fc.constantFrom<VoteType>("prevote", "precommit"));

test("own votes come back from the disk as they were, in the order of sets and rounds", () => {
  fc.assert(
    fc.property(fc.uniqueArray(shapes, { selector: String, maxLength: 30 }), (names) => {
      const disk = new MemoryStore();
      const votes = names.map((name) => vote(...name));
      void disk.commit(voteRows(votes));
      const back = readOwnVotes(disk);
      const key = ({ set, round, type }: FinalityVote) => set * 1_000 + round * 2 + (type === "prevote" ? 0 : 1);
      assert.deepEqual(
        back,
        votes.toSorted((a, b) => key(a) - key(b)),
      );
    }),
  );
});

test("votes leave the disk with the rounds and sets that the gadget forgets", () => {
  const disk = new MemoryStore();
  for (let round = 1; round <= 150; round++) void disk.commit(voteRows([vote(3, round, "prevote")]));
  assert.deepEqual(
    readOwnVotes(disk).map(({ round }) => round),
    Array.from({ length: 100 }, (_, i) => i + 51),
  );
  void disk.commit(voteRows([vote(5, 1, "precommit")]));
  void disk.commit(forgetSets(disk, epoch(5)));
  assert.deepEqual(
    readOwnVotes(disk).map(({ set }) => set),
    [5],
  );
});

test("the votes of five sets stay, also of one that a reorganisation brought back: nothing is signed twice in it (7.5 (4))", () => {
  let sets: readonly Epoch[] = [epoch(1)];
  const begin = (set: number) => {
    const { kept, oldest } = keepSets(sets, epoch(set));
    sets = kept;
    return oldest;
  };
  assert.deepEqual([2, 3, 4, 5].map(begin), [undefined, undefined, undefined, undefined]);
  assert.equal(begin(6), 2);
  for (let i = 0; i < 6; i++) assert.deepEqual([begin(5), begin(6)], [undefined, undefined]);
  assert.deepEqual(sets, [2, 3, 4, 5, 6]);
  assert.deepEqual([begin(2), begin(7)], [undefined, 2]);
});

test("a damaged vote on the disk is a broken invariant, not a vote that may be signed again", () => {
  const disk = new MemoryStore();
  void disk.commit([{ table: producerTables.votes, key: new Uint8Array(13), value: new Uint8Array(7) }]);
  assert.throws(() => readOwnVotes(disk), /damaged/);
});
