import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeKce, epoch, height, krat12, seconds, slot } from "@polis/codec";
import { type FinalityVote, realVoteSignatures } from "@polis/finality";
import { epochOf } from "@polis/slots";
import { blockHash } from "../block/header.ts";
import { Transfer } from "../modules/accounts/transfer.ts";
import { withTip } from "../modules/accounts/withTip.ts";
import { KRAT } from "../params/chainParams.ts";
import { person } from "../testing/people.ts";
import { codec } from "../testing/testChain.ts";
import { signTransaction } from "../transaction/transaction.ts";
import { Duel } from "./testing/duel.ts";

const U128 = krat12(2n ** 128n - 1n);
const U53 = Number.MAX_SAFE_INTEGER;
const PAYER = 4;
const free = { verdict: "ignore", code: undefined, action: undefined, isBanned: false } as const;
const scored = (code: string) => ({ verdict: "reject", code, action: "score", isBanned: false });
/** Where the tag of the call lies in a transaction: behind sender and nonce (kratos-core 2.2). */
const CALL_AT = 40;

/** Bytes with other ones from a place on. */
function patched(bytes: Uint8Array, at: number, part: readonly number[]): Uint8Array {
  const changed = bytes.slice();
  changed.set(part, at);
  return changed;
}

test("gossip of a wrong length, and calls that nobody knows, cost their bringer by name, on every topic (1.6, 12.9)", () => {
  const duel = new Duel();
  const block = duel.next();
  const signed = duel.chain.sign(PAYER, Transfer.of({ to: person(5).account, amount: krat12(KRAT) }));
  const transaction = encodeKce(codec.signed, signed);
  const justification = duel.justify({ hash: blockHash(block.header), header: block.header }, [0, 1, 2]);
  const finality = duel.world.wire.encodeGossip({ topic: "finality", justification });
  for (const [topic, good] of [
    ["transactions", transaction],
    ["finality", finality],
  ] as const) {
    for (const length of [0, 1, 39, good.length - 1]) {
      const { code, ...rest } = duel.gossip({ topic, bytes: good.slice(0, length) });
      assert.deepEqual(rest, { verdict: "reject", action: "score", isBanned: false }, `${topic} ${length}`);
      assert.ok(["KCE_TRUNCATED", "KCE_TOO_LONG"].includes(`${code}`), `${code}`);
    }
    assert.deepEqual(duel.gossip({ topic, bytes: new Uint8Array([...good, 0]) }), scored("KCE_TRAILING"));
  }
  const unknown = patched(transaction, CALL_AT, [99]);
  assert.deepEqual(duel.gossip({ topic: "transactions", bytes: unknown }), scored("KCE_TAG"));
  const inBlock = duel.world.wire.encodeGossip({ topic: "blocks", block: { ...block, transactions: [signed] } });
  const at = inBlock.length - transaction.length + CALL_AT;
  const malformed = { verdict: "reject", code: "MalformedBlock", action: "ban", isBanned: true };
  assert.deepEqual(duel.gossip({ topic: "blocks", bytes: patched(inBlock, at, [99]) }), malformed);
  assert.deepEqual(duel.gossip({ topic: "blocks", bytes: inBlock.slice(0, -1) }), malformed);
  assert.deepEqual(duel.gossip({ topic: "consensus", bytes: new Uint8Array([9, 0, 0, 0]) }), scored("KCE_TAG"));
  // After all of that the whole one is taken.
  assert.equal(duel.gossip({ topic: "transactions", signed }).verdict, "accept");
});

test("the greatest numbers of every field are judged like any other: nothing overflows, nothing waits for them (1.1)", () => {
  const duel = new Duel();
  const block = duel.next();
  const { secret, account } = person(PAYER);
  const pay = Transfer.of({ to: person(5).account, amount: U128 });
  const send = (nonce: number, call = pay, timestamp = 0) =>
    duel.gossip({
      topic: "transactions",
      signed: signTransaction(codec, duel.identity, { sender: account, nonce, call, timestamp }, secret),
    });
  assert.deepEqual(send(0), free, "more than the supply");
  assert.deepEqual(send(0, withTip({ tip: U128, call: pay }), U53), free, "a sum beyond 128 bits");
  assert.deepEqual(send(U53), scored("NonceTooHigh"));
  assert.equal(duel.victim.backend().pool.size, 0);
  const bytes = encodeKce(codec.signed, duel.chain.sign(PAYER, pay));
  const nonce = patched(
    bytes,
    32,
    Array.from({ length: 8 }, () => 255),
  );
  assert.deepEqual(duel.gossip({ topic: "transactions", bytes: nonce }), scored("KCE_INTEGER"));
  const { clock } = duel.chain.rules;
  const last = slot(Math.floor((U53 - clock.genesis) / clock.slotSeconds));
  const far = { slot: last, epoch: epochOf(clock, last), timestamp: seconds(U53) };
  const ban = (code: string) => ({ verdict: "reject", code, action: "ban", isBanned: true });
  const bring = (fields: Parameters<Duel["changed"]>[1]) =>
    duel.gossip({ topic: "blocks", block: duel.changed(block, fields) });
  assert.deepEqual(bring({ number: height(U53) }), ban("InvalidParentHash"));
  assert.deepEqual(bring({ epoch: epoch(U53) }), ban("InvalidEpoch"));
  assert.deepEqual(bring({ slot: slot(U53), epoch: epochOf(clock, slot(U53)) }), ban("TimestampSlotMismatch"));
  assert.deepEqual(bring(far), free, "a time that is far away is neither judged nor held");
  const held = duel.world.wire.encodeGossip({ topic: "blocks", block });
  const overflowing = patched(held, held.length - 8, [255, 255, 255, 255, 255, 255, 255, 255]);
  assert.deepEqual(
    duel.gossip({ topic: "blocks", bytes: overflowing }),
    ban("MalformedBlock"),
    "2^64 - 1 transactions",
  );
  assert.equal(duel.victim.tree.head.hash, blockHash(block.header));
  const target = { number: height(U53), hash: block.header.stateRoot };
  const unsigned = { type: "precommit" as const, target, round: 2 ** 32 - 1, set: epoch(U53) };
  const signature = realVoteSignatures.sign(duel.identity, unsigned, person(0).secret);
  const vote: FinalityVote = { ...unsigned, voter: person(0).account, signature };
  assert.deepEqual(duel.gossip({ topic: "finality", vote }), free, "of a set that is not yet");
  duel.world.run(6_000);
  assert.equal(duel.victim.tree.final.header.number, 0);
});

test("votes and justifications of another chain or another set are worth nothing here (I15, I32)", () => {
  const duel = new Duel();
  const block = duel.next();
  const place = { hash: blockHash(block.header), header: block.header };
  const elsewhere = new Uint8Array(32).fill(7);
  const foreign = duel.justify(place, [0, 1, 2], elsewhere);
  assert.deepEqual(duel.gossip({ topic: "finality", justification: foreign }), scored("FINALITY_SIGNATURE"));
  const good = duel.justify(place, [0, 1, 2]);
  const { verdict, isBanned } = duel.gossip({ topic: "finality", justification: { ...good, set: epoch(3) } });
  assert.deepEqual([verdict === "accept", isBanned], [false, false]);
  const otherRound = { ...good, round: 2 };
  assert.deepEqual(duel.gossip({ topic: "finality", justification: otherRound }), scored("FINALITY_SIGNATURE"));
  const target = { number: block.header.number, hash: place.hash };
  const unsigned = { type: "precommit" as const, target, round: 1, set: epoch(0) };
  const voter = person(0).account;
  const signature = realVoteSignatures.sign(elsewhere, unsigned, person(0).secret);
  assert.deepEqual(
    duel.gossip({ topic: "finality", vote: { ...unsigned, voter, signature } }),
    scored("FINALITY_SIGNATURE"),
  );
  assert.equal(duel.victim.tree.final.header.number, 0);
  assert.equal(duel.gossip({ topic: "finality", justification: good }).verdict, "accept");
});
