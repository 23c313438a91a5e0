import assert from "node:assert/strict";
import { test } from "node:test";
import { digestOf, height } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import type { FinalityVote } from "../seam/types.ts";
import { makeVoters, signVote } from "../testing/voters.ts";
import { Waiting } from "./waiting.ts";

const voters = makeVoters(3);
const unknown = (salt: number) => ({ number: height(9), hash: digestOf(blake3(new Uint8Array(salt))) });

/** Signing once is enough: nobody looks at signatures here. */
const vote = (who: number, salt: number, round = 1): FinalityVote => ({
  ...template[who]!,
  round,
  target: unknown(salt),
});
const template = voters.map((voter) => signVote(voter, "prevote", unknown(0)));

test("a voter that votes for blocks that do not exist displaces no vote of another", () => {
  const waiting = new Waiting();
  waiting.addVote(1, vote(0, 1));
  for (let salt = 0; salt < 3_000; salt++) waiting.addVote(2, vote(1, salt, 1 + (salt % 90)));
  waiting.addVote(1, vote(2, 1));
  const votes = waiting.takeVotes();
  assert.equal(votes.length, 18);
  assert.equal(votes.filter(({ vote: { voter } }) => voter === voters[0]!.account).length, 1);
  assert.deepEqual(waiting.takeVotes(), []);
});

test("a vote that is heard again waits once, and comes from whoever brought it first", () => {
  const waiting = new Waiting();
  for (const from of [4, 5, 6]) waiting.addVote(from, vote(0, 1));
  waiting.addVote(7, vote(0, 1, 2));
  assert.equal(waiting.hasVote(vote(0, 1)), true);
  assert.equal(waiting.hasVote(vote(0, 2)), false);
  assert.deepEqual(
    waiting.takeVotes().map(({ from }) => from),
    [4, 7],
  );
});
