import assert from "node:assert/strict";
import { test } from "node:test";
import { digest, epoch, height } from "@polis/codec";
import { realVoteSignatures } from "@polis/finality";
import type { AccountId } from "../identifiers.ts";
import { credits, newCredits } from "../modules/credits/creditRecord.ts";
import type { Evidence } from "../modules/slashing/submitEvidence.ts";
import { validators } from "../modules/validators/validator.ts";
import type { State } from "../state/state.ts";
import { MemoryStore } from "../testing/memoryStore.ts";
import { TestChain } from "../testing/testChain.ts";
import type { NodeCore } from "./core.ts";
import { EvidenceBook } from "./evidenceBook.ts";

const hash = (byte: string) => digest(byte.repeat(32));

/** A book over a state that a test changes, without the node around it. */
function world() {
  const chain = new TestChain(4, 0);
  chain.next();
  const state: State = chain.state;
  const core = {
    ...{ rules: chain.rules, state, tree: { head: chain.tip }, options: { remembered: new MemoryStore() } },
    emit: () => undefined,
    publish: () => undefined,
  };
  const equivocate = (who: number, round: number, target = 1): Evidence => {
    const { account, secret } = chain.people[who]!;
    const vote = (byte: string) => {
      const unsigned = {
        ...{ type: "prevote" as const, round, set: epoch(0) },
        target: { number: height(target), hash: hash(byte) },
      } as const;
      const signature = realVoteSignatures.sign(chain.rules.chainIdentity, unsigned, secret);
      return { ...unsigned, voter: account, signature };
    };
    return { kind: "equivocation", first: vote("11"), second: vote("22") };
  };
  const book = new EvidenceBook(core as unknown as NodeCore);
  return { state, book, equivocate, of: (who: number): AccountId => chain.people[who]!.account };
}

test("nobody fills the book with offences of its own, and others' find room", () => {
  const { book, equivocate } = world();
  const outcomes = Array.from({ length: 300 }, (_, round) => book.add(equivocate(0, round + 1)));
  assert.equal(outcomes.filter((outcome) => outcome === "new").length, 8);
  assert.equal(book.add(equivocate(1, 1)), "new");
});

test("what no block would punish is not taken, and does not stand before what one would", () => {
  const { state, book, equivocate, of } = world();
  for (const who of [0, 1]) {
    state.update(validators.of(of(who)), (before) => ({ ...before!, registeredAt: height(who === 0 ? 9 : 0) }));
  }
  for (let round = 1; round < 20; round++) assert.equal(book.add(equivocate(0, round, 5)), "ignored");
  assert.equal(book.add(equivocate(1, 1)), "new");
  assert.equal(book.submittable(state).length, 1);
});

test("an offender with nothing left is not punished for nothing, and its offences are forgotten", () => {
  const { state, book, equivocate, of } = world();
  assert.equal(book.add(equivocate(0, 1)), "new");
  assert.equal(book.add(equivocate(1, 1)), "new");
  state.set(credits.of(of(0)), newCredits(0, epoch(0)));
  assert.equal(book.submittable(state).length, 1);
  book.settle(state);
  assert.equal(book.size, 1);
  assert.equal(book.add(equivocate(0, 2)), "ignored");
});
