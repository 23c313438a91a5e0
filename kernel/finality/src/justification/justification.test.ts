import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeKce, encodeKce, height } from "@polis/codec";
import fc from "fast-check";
import { VoteSet } from "../rounds/voteSet.ts";
import type { BlockRef, Justification, Precommit } from "../seam/types.ts";
import { genesis, makeHeader, readHeader, TestChain } from "../testing/testChain.ts";
import { chainIdentity, firstSet, makeVoters, signVote } from "../testing/voters.ts";
import { kceJustification, kceVote } from "../votes/encodeVote.ts";
import { buildJustification } from "./buildJustification.ts";
import { checkJustification } from "./checkJustification.ts";

const voters = makeVoters(4);
const set = firstSet(voters);
const chain = new TestChain();
const blocks: BlockRef[] = [genesis];
for (let number = 1; number <= 4; number++) {
  const header = makeHeader(number, blocks[number - 1]!.hash, 0);
  chain.add(header);
  blocks.push({ number: height(number), hash: readHeader(header)!.hash });
}
const [, first, second, third] = blocks as [BlockRef, BlockRef, BlockRef, BlockRef, BlockRef];

/** Three voters of four: for block 1, 2 and 3. */
function good(): Justification {
  const precommits = new VoteSet(4, 3);
  for (const [i, block] of [first, second, third].entries()) precommits.add(signVote(voters[i]!, "precommit", block));
  return buildJustification(precommits, chain, { set: set.id, round: 1 }, first, genesis)!;
}

const check = (justification: Justification) => checkJustification({ chainIdentity, set, readHeader }, justification);

const codeOf = (justification: Justification) => {
  const checked = check(justification);
  return checked.ok ? "good" : checked.fault.code;
};

const changed = (index: number, change: Partial<Precommit>): Justification => {
  const justification = good();
  return {
    ...justification,
    precommits: justification.precommits.map((p, i) => (i === index ? { ...p, ...change } : p)),
  };
};

test("precommits for a block and its descendants justify it, and no higher block", () => {
  assert.equal(good().block.hash, first.hash);
  assert.equal(good().ancestry.length, 2);
  assert.equal(codeOf(good()), "good");
});

test("every broken rule of kratos-core 7.6 has its name", () => {
  const justification = good();
  assert.equal(codeOf({ ...justification, set: firstSet(voters, 1).id }), "FINALITY_OTHER_SET");
  assert.equal(codeOf({ ...justification, round: 0 }), "FINALITY_ROUND");
  assert.equal(codeOf({ ...justification, round: 2 }), "FINALITY_SIGNATURE");
  assert.equal(codeOf({ ...justification, precommits: justification.precommits.slice(1) }), "FINALITY_TOO_FEW");
  assert.equal(codeOf({ ...justification, block: second }), "FINALITY_ANCESTRY");
  assert.equal(codeOf({ ...justification, ancestry: justification.ancestry.slice(1) }), "FINALITY_ANCESTRY");
  assert.equal(
    codeOf({ ...justification, ancestry: [...justification.ancestry, new Uint8Array(3)] }),
    "FINALITY_ANCESTRY",
  );
  const padded = [...justification.ancestry, makeHeader(9, third.hash, 1)];
  assert.equal(codeOf({ ...justification, ancestry: padded }), "FINALITY_ANCESTRY");
  assert.equal(
    codeOf(changed(0, { validator: makeVoters(5).find((v) => !set.voters.includes(v.account))!.account })),
    "FINALITY_NOT_A_VOTER",
  );
  assert.equal(codeOf(changed(0, { validator: justification.precommits[1]!.validator })), "FINALITY_TWICE");
  assert.equal(codeOf(changed(0, { signature: new Uint8Array(64) })), "FINALITY_SIGNATURE");
});

test("a signature counts on its own chain and for precommits only", () => {
  const justification = good();
  const other = { chainIdentity: new Uint8Array(32), set, readHeader };
  assert.equal(checkJustification(other, justification).ok, false);
  const prevote = signVote(voters[0]!, "prevote", first);
  const index = justification.precommits.findIndex(({ validator }) => validator === prevote.voter);
  assert.equal(codeOf(changed(index, { target: first, signature: prevote.signature })), "FINALITY_SIGNATURE");
});

test("an equivocator counts for what it signed and for nothing else", () => {
  const precommits = new VoteSet(4, 3);
  precommits.add(signVote(voters[0]!, "precommit", second));
  precommits.add(signVote(voters[1]!, "precommit", second));
  precommits.add(signVote(voters[2]!, "precommit", genesis));
  assert.equal(typeof precommits.add(signVote(voters[2]!, "precommit", first)), "object");
  const name = { set: set.id, round: 1 };
  const justification = buildJustification(precommits, chain, name, second, genesis)!;
  assert.equal(justification.block.hash, first.hash);
  assert.equal(codeOf(justification), "good");
});

test("votes and justifications survive the wire, and no byte of a signed vote can change", () => {
  const vote = signVote(voters[0]!, "precommit", second, 7, 3);
  const bytes = encodeKce(kceVote, vote);
  assert.deepEqual(decodeKce(kceVote, bytes, 1_000), { ok: true, value: vote });
  const whole = encodeKce(kceJustification, good());
  assert.deepEqual(decodeKce(kceJustification, whole, 100_000), { ok: true, value: good() });
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const copy = whole.slice();
      copy[at]! ^= mask;
      const decoded = decodeKce(kceJustification, copy, 100_000);
      assert.ok(!decoded.ok || !check(decoded.value).ok);
    }),
  );
});

test("frozen vector of a signed vote", () => {
  const vote = signVote(voters[0]!, "prevote", genesis, 1, 0);
  assert.equal(encodeKce(kceVote, vote).length, 1 + 8 + 32 + 4 + 8 + 32 + 64);
  assert.equal(
    encodeKce(kceVote, vote).subarray(0, 53).toHex(),
    `000000000000000000${genesis.hash}010000000000000000000000`,
  );
});

test("a vote for a far descendant holds nothing back: it is left out where the headers between have no room", () => {
  const long = new TestChain();
  const path = [genesis];
  for (let number = 1; number <= 300; number++) {
    const header = makeHeader(number, path[number - 1]!.hash, 0);
    long.add(header);
    path.push({ number: height(number), hash: readHeader(header)!.hash });
  }
  const build = (...targets: readonly number[]) => {
    const precommits = new VoteSet(4, 3);
    for (const [i, number] of targets.entries()) precommits.add(signVote(voters[i]!, "precommit", path[number]!));
    return buildJustification(precommits, long, { set: set.id, round: 1 }, path[1]!, genesis);
  };
  const built = build(300, 1, 2, 1)!;
  assert.deepEqual([built.precommits.length, built.ancestry.length, codeOf(built)], [3, 1, "good"]);
  assert.equal(build(257, 1, 1)?.ancestry.length, 256);
  assert.equal(build(258, 1, 1), undefined);
});
