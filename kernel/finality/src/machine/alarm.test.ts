import assert from "node:assert/strict";
import { test } from "node:test";
import { height, millis } from "@polis/codec";
import type { FinalityEffect } from "../seam/effects.ts";
import type { BlockRef, Justification } from "../seam/types.ts";
import { genesis, makeHeader, readHeader, TestChain } from "../testing/testChain.ts";
import { chainIdentity, firstSet, makeVoters, signVote } from "../testing/voters.ts";
import { FinalityGadget } from "./gadget.ts";

const voters = makeVoters(4);
const set = firstSet(voters);
const [left, right] = [1, 2].map((salt) => makeHeader(1, genesis.hash, salt)) as [Uint8Array, Uint8Array];
const blockOf = (header: Uint8Array): BlockRef => ({ number: height(1), hash: readHeader(header)!.hash });

/** A voter that sees one branch only, and the two-faced half of the voters agreeing with it. */
function isolated(index: number, header: Uint8Array) {
  const chain = new TestChain();
  chain.add(header);
  const self = voters[index]!;
  const gadget = new FinalityGadget({
    ...{ chain, chainIdentity, set, self, finalized: genesis, ownVotes: [], delayMs: 1_500 },
  });
  const effects: FinalityEffect[] = [...gadget.step(millis(0), { kind: "start" })];
  for (const [at, type] of [
    [3_000, "prevote"],
    [6_000, "precommit"],
  ] as const) {
    effects.push(...gadget.step(millis(at), { kind: "timer" }));
    for (const liar of voters.slice(2)) {
      const vote = signVote(liar, type, blockOf(header));
      effects.push(...gadget.step(millis(at), { kind: "vote", from: 9, vote }));
    }
  }
  return { gadget, chain, effects };
}

const justificationIn = (effects: readonly FinalityEffect[]): Justification =>
  effects.find((effect) => effect.kind === "finalize")!.justification;

test("half of the voters can finalize two branches; whoever sees both stops and says so (kratos-core 7.6)", () => {
  const one = isolated(0, left);
  const two = isolated(1, right);
  const conflicting = justificationIn(two.effects);
  assert.notEqual(justificationIn(one.effects).block.hash, conflicting.block.hash);
  // The other branch is not imported, and never will be: a final block of its height is here.
  const alarm = one.gadget
    .step(millis(7_000), { kind: "justification", from: 5, justification: conflicting })
    .find((effect) => effect.kind === "alarm");
  assert.equal(alarm?.conflicting.block.hash, conflicting.block.hash);
  assert.equal(one.gadget.active, false);
  assert.deepEqual(one.gadget.step(millis(60_000), { kind: "timer" }), []);
});

test("a vote is durable before it leaves, and after a restart it is not signed again", () => {
  const { gadget, chain, effects } = isolated(0, left);
  const kinds = effects.map(({ kind }) => kind);
  assert.ok(kinds.indexOf("persist") >= 0 && kinds.indexOf("persist") < kinds.indexOf("broadcast"));
  const ownVotes = effects.flatMap((effect) => (effect.kind === "persist" ? effect.votes : []));
  assert.equal(ownVotes.filter(({ round }) => round === 1).length, 2);
  const options = { chain, chainIdentity, set, self: voters[0]!, finalized: genesis, delayMs: 1_500 };
  const again = new FinalityGadget({ ...options, ownVotes });
  const later = [0, 3_000, 6_000, 12_000].flatMap((at) => again.step(millis(at), { kind: "timer" }));
  const signed = later.flatMap((effect) => (effect.kind === "persist" ? effect.votes : []));
  assert.ok(signed.every((vote) => !ownVotes.some(({ round, type }) => round === vote.round && type === vote.type)));
  assert.ok(gadget.round >= again.round);
});

test("a forged vote is the bringer's fault; one for another set is nobody's", () => {
  const { gadget } = isolated(0, left);
  const vote = signVote(voters[3]!, "prevote", blockOf(left), 3);
  const forged = { ...vote, signature: new Uint8Array(64) };
  const report = gadget
    .step(millis(9_000), { kind: "vote", from: 4, vote: forged })
    .find(({ kind }) => kind === "report");
  assert.deepEqual(report, { kind: "report", peer: 4, fault: { code: "FINALITY_SIGNATURE", verdict: "punish" } });
  const ahead = signVote(voters[3]!, "prevote", blockOf(left), 1, 6);
  const asked = gadget.step(millis(9_100), { kind: "vote", from: 4, vote: ahead });
  assert.ok(asked.some((effect) => effect.kind === "send" && effect.message.kind === "catchUpRequest"));
});

test("votes of a round are told to whoever asks, once a second", () => {
  const { gadget } = isolated(0, left);
  const ask = (at: number) =>
    gadget
      .step(millis(at), { kind: "votesRequest", from: 3, set: set.id, round: 1 })
      .flatMap((effect) =>
        effect.kind === "send" && effect.message.kind === "votesResponse" ? effect.message.votes : [],
      );
  assert.equal(ask(10_000).length, 6);
  assert.equal(ask(10_500).length, 0);
  assert.equal(ask(11_000).length, 6);
});

test("the full proof of the last final block has every precommit that came, also those behind the quorum", () => {
  const { gadget, effects } = isolated(0, left);
  assert.equal(justificationIn(effects).precommits.length, 3);
  assert.equal(gadget.fullProof?.precommits.length, 3);
  gadget.step(millis(7_000), { kind: "vote", from: 9, vote: signVote(voters[1]!, "precommit", blockOf(left)) });
  assert.equal(gadget.fullProof?.precommits.length, 4);
  assert.deepEqual(gadget.fullProof?.block, blockOf(left));
});
