import assert from "node:assert/strict";
import { test } from "node:test";
import { digest } from "@polis/codec";
import fc from "fast-check";
import { announces } from "./announces.ts";

const account = (i: number) => digest(i.toString(16).padStart(64, "0"));

test("three voters announce a round, everybody in turn, and nobody who does not vote", () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 101 }), fc.integer({ min: 1, max: 10_000 }), (n, round) => {
      const voters = Array.from({ length: n }, (_, i) => account(i));
      const who = (at: number) => voters.filter((voter) => announces({ voters }, voter, at));
      assert.equal(who(round).length, 3);
      assert.equal(announces({ voters }, account(200), round), false);
      assert.equal(announces({ voters }, undefined, round), false);
      const inTurn = new Set(Array.from({ length: n }, (_, i) => who(round + i)).flat());
      assert.equal(inTurn.size, n);
    }),
    { numRuns: 20 },
  );
});
