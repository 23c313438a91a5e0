import assert from "node:assert/strict";
import { test } from "node:test";
import { epoch, height, millis, seconds, slot } from "@polis/codec";
import { signHeader } from "../block/header.ts";
import { TestChain } from "../testing/testChain.ts";
import { checkProof } from "./checkProof.ts";

test("a validator proves no height that the slots since the last final block have no room for: it keeps nobody from producing (S13)", () => {
  const chain = new TestChain(4, 0);
  for (const skip of [0, 0, 1]) chain.next([], skip);
  const final = chain.tip.header;
  for (const skip of [0, 2]) chain.next([], skip);
  const head = chain.tip.header;
  assert.deepEqual([final.number, final.slot, head.number, head.slot], [3, 4, 5, 8]);
  const { secret } = chain.people.find(({ account }) => account === head.author)!;
  const claim = (number: number, at: number) => {
    const timestamp = seconds(chain.genesis.header.timestamp + 6 * at);
    const fields = { number: height(number), slot: slot(at), epoch: epoch(0), timestamp };
    const header = signHeader(chain.rules.chainIdentity, { ...head, ...fields }, secret);
    const context = { rules: chain.rules, head, final, isValidator: () => true };
    return checkProof(context, millis(timestamp * 1_000), header);
  };
  // Two slots were empty since: so many blocks more than the head has are possible, and not one more.
  assert.equal(claim(7, 8), "proven");
  assert.equal(claim(8, 8), "unproven");
  assert.equal(claim(8, 9), "proven");
  assert.equal(claim(503, 504), "proven");
  assert.equal(claim(504, 504), "unproven");
});
