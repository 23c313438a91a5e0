import assert from "node:assert/strict";
import { test } from "node:test";
import { epoch, krat12 } from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import { type Justification, votePayload } from "@polis/finality";
import { KRAT } from "../../params/chainParams.ts";
import { TestChain } from "../../testing/testChain.ts";
import { epochData } from "../epoch/epochData.ts";
import { security } from "../security/securityState.ts";
import { RegisterValidator } from "../validators/registerValidator.ts";
import { finality } from "./finalityRecord.ts";
import { RecordFinality } from "./recordFinality.ts";

const short = [{ name: "slots_per_epoch", value: 10n }];

/** The tip, justified by these people. */
function justify(chain: TestChain, signers: readonly number[], set = 0): Justification {
  const { number } = chain.tip.header;
  const block = { number, hash: chain.tip.hash };
  const unsigned = { type: "precommit", target: block, round: 1, set: epoch(set) } as const;
  const payload = votePayload(chain.rules.chainIdentity, unsigned);
  const precommits = signers.map((who) => {
    const { account, secret } = chain.people[who]!;
    return { target: block, validator: account, signature: ed25519.sign(payload, secret) };
  });
  return { block, round: 1, set: epoch(set), precommits, ancestry: [] };
}

/** A block that records it, by its own author; or the error. */
function record(chain: TestChain, justification: Justification, by?: number): string | undefined {
  const next = chain.build();
  const author = by ?? chain.people.findIndex(({ account }) => account === next.block.header.author);
  try {
    chain.next([chain.sign(author, RecordFinality.of({ justification }))]);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

test("an author records a justification first in its block, for free, and voters get their duty", () => {
  const chain = new TestChain(4, 1, short);
  chain.next();
  const justification = justify(chain, [0, 1, 2]);
  assert.equal(record(chain, justification), undefined);
  const { number, hash } = chain.state.get(finality);
  assert.deepEqual([number, hash], [justification.block.number, justification.block.hash]);
  const duties = chain.state.get(epochData).epochDuties;
  assert.deepEqual(
    duties.map(({ justifications }) => justifications),
    [1, 1, 1, 1],
  );
  assert.equal(
    duties.reduce((sum, { signed }) => sum + signed, 0),
    3,
  );
  assert.equal(record(chain, justification), "InvalidTransaction");
});

test("what is no justification of this chain's voters breaks the block (I32)", () => {
  const chain = new TestChain(4, 1, short);
  chain.next();
  const good = justify(chain, [0, 1, 2]);
  for (const bad of [
    justify(chain, [0, 1]),
    justify(chain, [0, 1, 4]),
    justify(chain, [0, 1, 1]),
    justify(chain, [0, 1, 2], 1),
    { ...good, round: 2 },
  ]) {
    assert.equal(record(chain, bad), "InvalidTransaction");
  }
  const author = chain.build().block.header.author;
  const stranger = chain.people.findIndex(({ account }) => account !== author);
  assert.equal(record(chain, good, stranger), "InvalidTransaction");
  assert.equal(record(chain, good), undefined);
});

test("another membership opens another set, and the old one votes up to the block that opens it (kratos-core 7.2, KD12)", () => {
  const chain = new TestChain(4, 1, short);
  chain.next([chain.sign(4, RegisterValidator.of({ stake: krat12(60_000n * KRAT) }))]);
  while (chain.epoch < 1) chain.next();
  const { sets } = chain.state.get(finality);
  assert.deepEqual(
    sets.map(({ id, voters }) => [id, voters.length]),
    [
      [0, 4],
      [1, 5],
    ],
  );
  assert.equal(sets[0]!.handoff, chain.tip.header.number);
  const opening = chain.tip;
  assert.equal(record(chain, justify(chain, [0, 1, 2, 3], 1)), "InvalidTransaction");
  assert.equal(record(chain, justify(chain, [0, 1, 2], 0)), undefined);
  assert.equal(chain.state.get(finality).hash, opening.hash);
  assert.deepEqual(
    chain.state.get(finality).sets.map(({ id }) => id),
    [1],
  );
  assert.equal(record(chain, justify(chain, [0, 1, 2], 0)), "InvalidTransaction");
  assert.equal(record(chain, justify(chain, [0, 1, 2, 3], 1)), undefined);
});

test("epochs without recorded finality are counted, and none while fewer than three could vote", () => {
  const silent = new TestChain(4, 0, short);
  while (silent.epoch < 3) silent.next();
  assert.equal(silent.state.get(security).epochsWithoutFinality, 3);
  assert.equal(record(silent, justify(silent, [0, 1, 2, 3])), undefined);
  assert.equal(silent.state.get(security).epochsWithoutFinality, 0);
  const few = new TestChain(2, 0, short);
  while (few.epoch < 3) few.next();
  assert.equal(few.state.get(security).epochsWithoutFinality, 0);
});
