import assert from "node:assert/strict";
import { test } from "node:test";
import { digestOf, epoch, height, krat12, millis, slot } from "@polis/codec";
import { type FinalityVote, realVoteSignatures } from "@polis/finality";
import type { Block } from "../block/block.ts";
import { blockHash } from "../block/header.ts";
import { Transfer } from "../modules/accounts/transfer.ts";
import { KRAT } from "../params/chainParams.ts";
import { person } from "../testing/people.ts";
import { codec } from "../testing/testChain.ts";
import { signTransaction } from "../transaction/transaction.ts";
import type { Status } from "../wire/messages.ts";
import { Duel, VICTIM } from "./testing/duel.ts";

test("blocks that break a rule: each has its name and its verdict (3.5, 12.8, 12.9)", () => {
  const duel = new Duel();
  const first = duel.next();
  const { block } = duel.chain.build();
  duel.world.run(6_000);
  const { header } = block;
  const other = duel.chain.people.slice(0, 4).find(({ account }) => account !== header.author)!.account;
  const foreign = digestOf(new Uint8Array(32).fill(9));
  const cases: readonly (readonly [string, Block])[] = [
    ["WrongSlotAuthor", duel.changed(block, { author: other })],
    ["InvalidSignature", { ...block, header: { ...header, signature: first.header.signature } }],
    ["InvalidSignature", duel.changed(block, {}, new Uint8Array(32).fill(1))],
    ["InvalidVrfProof", duel.changed(block, { vrfProof: first.header.vrfProof })],
    ["InvalidTransactionsRoot", duel.changed(block, { transactionsRoot: foreign })],
    ["InvalidParentHash", duel.changed(block, { number: height(header.number + 1) })],
    ["InvalidEpoch", duel.changed(block, { epoch: epoch(header.epoch + 1) })],
    ["TimestampSlotMismatch", duel.changed(block, { slot: slot(header.slot + 1) })],
  ];
  for (const [code, bad] of cases) {
    const { isBanned, ...rest } = duel.gossip({ topic: "blocks", block: bad });
    assert.deepEqual(rest, { verdict: "reject", code, action: "ban" }, code);
    assert.ok(isBanned, code);
  }
  assert.deepEqual(duel.gossip({ topic: "blocks", block: duel.changed(block, { stateRoot: foreign }) }), {
    ...{ verdict: "reject", code: "StateRootMismatch", action: "score", isBanned: false },
  });
  const malformed = duel.gossip({ topic: "blocks", bytes: new Uint8Array(400) });
  assert.deepEqual(malformed, { verdict: "reject", code: "MalformedBlock", action: "ban", isBanned: true });
  // After all of that the good block is taken, and the state is as the producer has it (I3).
  assert.equal(duel.gossip({ topic: "blocks", block }).verdict, "accept");
  assert.equal(duel.victim.tree.head.header.stateRoot, header.stateRoot);
});

test("a replayed transaction breaks its block, and so does one of another chain (I15)", () => {
  const duel = new Duel();
  const pay = Transfer.of({ to: person(5).account, amount: krat12(KRAT) });
  const signed = duel.chain.sign(4, pay);
  const { block } = duel.chain.next([signed]);
  duel.world.run(6_000);
  assert.equal(duel.gossip({ topic: "blocks", block }).verdict, "accept");
  // The root of a list of one is that of its only leaf: the next block can carry the same root.
  const next = duel.chain.build();
  duel.world.run(6_000);
  const replay = duel.changed(
    { ...next.block, transactions: [signed] },
    { transactionsRoot: block.header.transactionsRoot },
  );
  assert.equal(duel.gossip({ topic: "blocks", block: replay }).code, "InvalidTransaction");
  const transaction = { ...signed.transaction, nonce: 1 };
  const elsewhere = signTransaction(codec, new Uint8Array(32).fill(7), transaction, duel.chain.people[4]!.secret);
  assert.deepEqual(duel.gossip({ topic: "transactions", signed: elsewhere }), {
    ...{ verdict: "reject", code: "InvalidSignature", action: "score", isBanned: false },
  });
  // Its hash is that of an old one, but the nonce is not: a fault of nobody.
  assert.deepEqual(duel.gossip({ topic: "transactions", signed }), {
    ...{ verdict: "ignore", code: undefined, action: undefined, isBanned: false },
  });
});

test("duplicate, stale, orphaned and early blocks cost nothing (I43)", () => {
  const duel = new Duel();
  const { tip } = duel.chain;
  const first = duel.next();
  const free = { code: undefined, action: undefined, isBanned: false };
  assert.deepEqual(duel.gossip({ topic: "blocks", block: first }), { verdict: "ignore", ...free });
  // A competing block of the same height, a slot later.
  const after = duel.chain.tip;
  duel.chain.tip = tip;
  const rival = duel.chain.build([], 1).block;
  duel.chain.tip = after;
  duel.world.run(6_000);
  duel.gossip({
    topic: "finality",
    justification: duel.justify({ hash: blockHash(first.header), header: first.header }, [0, 1, 2]),
  });
  assert.equal(duel.victim.tree.final.header.number, 1);
  assert.deepEqual(duel.gossip({ topic: "blocks", block: rival }), { verdict: "ignore", ...free });
  // Three slots ahead: held, and tried again when its slot begins.
  const early = duel.chain.build([], 5).block;
  assert.deepEqual(duel.gossip({ topic: "blocks", block: early }), { verdict: "ignore", ...free });
  assert.equal(duel.victim.tree.head.header.number, 1);
  duel.world.run(30_000);
  assert.equal(duel.victim.tree.head.hash, blockHash(early.header));
});

test("forged votes, justifications and evidence have no effect and a price (I31, I32)", () => {
  const duel = new Duel();
  const block = duel.next();
  const target = { number: block.header.number, hash: blockHash(block.header) };
  const good = duel.justify({ hash: target.hash, header: block.header }, [0, 1, 2]);
  const forged = { ...good, precommits: good.precommits.map((each) => ({ ...each, signature: new Uint8Array(64) })) };
  const few = { ...good, precommits: good.precommits.slice(1) };
  const twice = { ...good, precommits: [good.precommits[0]!, good.precommits[0]!, good.precommits[1]!] };
  for (const [code, justification] of [
    ["FINALITY_SIGNATURE", forged],
    ["FINALITY_TOO_FEW", few],
    ["FINALITY_TWICE", twice],
  ] as const) {
    const { isBanned: _, ...rest } = duel.gossip({ topic: "finality", justification });
    assert.deepEqual(rest, { verdict: "reject", code, action: "score" }, code);
    assert.equal(duel.victim.tree.final.header.number, 0);
  }
  // One for a block that is not here is checked as well before it waits.
  const unknown = { number: height(5), hash: block.header.transactionsRoot };
  assert.equal(
    duel.gossip({ topic: "finality", justification: { ...good, block: unknown } }).code,
    "FINALITY_ANCESTRY",
  );
  const { account, secret } = person(5);
  const unsigned = { type: "prevote" as const, target, round: 1, set: epoch(0) };
  const signature = realVoteSignatures.sign(duel.identity, unsigned, secret);
  const vote: FinalityVote = { ...unsigned, voter: account, signature };
  assert.equal(duel.gossip({ topic: "finality", vote }).code, "FINALITY_NOT_A_VOTER");
  const stolen = { ...vote, voter: person(1).account };
  assert.equal(duel.gossip({ topic: "finality", vote: stolen }).code, "FINALITY_SIGNATURE");
  const evidence = {
    kind: "equivocation",
    first: stolen,
    second: { ...stolen, target: { ...target, number: height(9) } },
  } as const;
  assert.equal(duel.gossip({ topic: "consensus", evidence }).code, "InvalidEvidence");
  assert.equal(duel.gossip({ topic: "finality", justification: good }).verdict, "accept");
  assert.equal(duel.victim.tree.final.header.number, 1);
});

test("two justifications that contradict each other stop finality for good, also after a restart (I31)", () => {
  const duel = new Duel();
  const { tip } = duel.chain;
  const first = duel.next();
  const left = duel.chain.tip;
  duel.chain.tip = tip;
  const rival = duel.chain.next([], 1).block;
  duel.world.run(6_000);
  assert.equal(duel.gossip({ topic: "blocks", block: rival }).verdict, "accept");
  const right = duel.chain.tip;
  duel.gossip({ topic: "finality", justification: duel.justify(left, [0, 1, 2]) });
  assert.equal(duel.victim.tree.final.hash, blockHash(first.header));
  duel.gossip({ topic: "finality", justification: duel.justify(right, [1, 2, 3]) });
  const alarm = duel.victim.heard("alarm");
  assert.equal(alarm[0]?.conflicting.block.hash, right.hash);
  duel.chain.tip = left;
  duel.world.run(1_000);
  duel.world.crash(VICTIM);
  duel.world.run(1_000);
  duel.world.start(VICTIM);
  const { block } = duel.chain.next();
  duel.world.run(6_000);
  assert.equal(duel.gossip({ topic: "blocks", block }).verdict, "accept");
  duel.gossip({ topic: "finality", justification: duel.justify(duel.chain.tip, [0, 1, 2, 3]) });
  assert.equal(duel.victim.tree.final.header.number, 1);
  assert.equal(duel.victim.backend().round(), undefined);
});

test("a proof that contradicts what is final stops finality also when it came first, for a block that nobody brings (7.6)", () => {
  const duel = new Duel();
  const { tip } = duel.chain;
  duel.chain.next([], 1);
  const rival = duel.chain.tip;
  duel.chain.tip = tip;
  duel.next();
  duel.gossip({ topic: "finality", justification: duel.justify(rival, [1, 2, 3]) });
  assert.deepEqual(duel.victim.heard("alarm"), []);
  duel.gossip({ topic: "finality", justification: duel.justify(duel.chain.tip, [0, 1, 2]) });
  assert.equal(duel.victim.heard("alarm")[0]?.conflicting.block.hash, rival.hash);
});

test("a peer of another genesis is banned, and one that floods with bad transactions is disconnected (12.8, 12.9)", () => {
  const duel = new Duel();
  const foreign = digestOf(new Uint8Array(32).fill(9));
  const status: Status = {
    ...{ bestBlock: height(5), bestHash: foreign, genesisHash: foreign, finalizedNumber: height(0) },
    ...{ finalizedHash: foreign, protocolVersion: 1, unixTimeMs: millis(duel.world.nowMs) },
  };
  duel.world.connectStranger("foreigner", VICTIM, () => undefined);
  duel.world.askAs(
    "foreigner",
    VICTIM,
    "req",
    duel.world.wire.encodeRequest({ kind: "status", status }),
    () => undefined,
  );
  assert.ok(duel.victim.bannedUntil.has("foreigner"));
  duel.world.connectStranger("flooder", VICTIM, () => undefined);
  const signed = duel.chain.sign(4, Transfer.of({ to: person(5).account, amount: krat12(KRAT) }));
  for (let i = 0; i < 21; i++) {
    assert.ok(duel.victim.peers.has("flooder"), `after ${i}`);
    const bad = { transaction: { ...signed.transaction, timestamp: i + 1 }, signature: signed.signature };
    duel.world.gossipAs(
      "flooder",
      VICTIM,
      "transactions",
      duel.world.wire.encodeGossip({ topic: "transactions", signed: bad }),
    );
  }
  assert.equal(duel.victim.peers.has("flooder"), false);
  assert.equal(duel.victim.backend().pool.size, 0);
});
