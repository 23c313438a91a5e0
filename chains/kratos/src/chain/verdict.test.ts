import assert from "node:assert/strict";
import { test } from "node:test";
import { digest, height, slot } from "@polis/codec";
import { isBetterHead } from "./forkChoice.ts";
import { verdictOf } from "./verdict.ts";

test("objective faults ban, another root costs points, a number that does not fit costs nothing (3.5, 12.9)", () => {
  assert.deepEqual(verdictOf({ code: "WrongSlotAuthor", ban: true }), { ban: true });
  assert.deepEqual(verdictOf({ code: "StateRootMismatch", ban: false }), { ban: false, score: -50 });
  assert.deepEqual(verdictOf({ code: "BlockNumberMismatch", ban: false }), { ban: false, score: 0 });
});

test("the higher tip wins, then the lower slot, then the lower hash (3.8)", () => {
  const tip = (number: number, at: number, byte: string) => ({
    header: { number: height(number), slot: slot(at) },
    hash: digest(byte.repeat(32)),
  });
  const best = [tip(5, 9, "ff"), tip(4, 6, "01"), tip(4, 6, "02"), tip(4, 7, "00")];
  for (const [i, a] of best.entries()) for (const [j, b] of best.entries()) assert.equal(isBetterHead(a, b), i < j);
});
