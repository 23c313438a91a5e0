import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest, View } from "@polis/codec";
import { Solo } from "../testing/solo.ts";

const v = (value: number): View => value as View;

test("R11: an authentic proposal is executed, journalled with its body, then voted for, in this order", () => {
  const solo = new Solo().start();
  const block = solo.block(1);
  solo.receive(1, solo.proposal(block));
  assert.equal(solo.only("execute").length, 1);
  assert.equal(solo.sent("notarize").length, 0);
  solo.executed(block);
  const persist = solo.effects.findIndex((effect) => effect.kind === "persist");
  const send = solo.effects.findIndex((e) => e.kind === "broadcast" && e.message.kind === "notarize");
  assert.ok(persist >= 0 && persist < send);
  assert.equal(solo.only("persist")[0]!.blocks[0]!.digest, block.info.digest);
  assert.deepEqual(
    solo.only("persist")[0]!.records.map((record) => record.kind),
    ["notarize"],
  );
  assert.equal(solo.replica.notarized(v(1)), block.info.digest);
});

test("R11: nothing is done with a proposal that its leader did not sign (testing 5.4, 14)", () => {
  const solo = new Solo().start();
  const block = solo.block(1);
  const good = solo.proposal(block);
  const forged = solo.proposal(solo.block(2));
  for (const message of [
    { ...good, proposeSig: forged.proposeSig },
    { ...good, voteSig: forged.voteSig },
    { ...good, voteSig: new Uint8Array(95) },
    { ...good, view: v(7) },
    { ...good, block: new Uint8Array(5) },
    { ...good, epoch: 1 as never },
    { ...good, proofs: new Array(67).fill(solo.certificate("nullification", 1)) },
  ]) {
    solo.receive(1, message);
    assert.equal(solo.only("execute").length, 0);
    assert.equal(solo.only("report").length, message.epoch === 0 ? 1 : 0);
  }
  assert.equal(solo.replica.sizes().blocks, 1);
});

test("R11: only the first authenticated proposal counts, the second is evidence (R30, P4)", () => {
  const solo = new Solo().start();
  const a = solo.block(1);
  const b = solo.block(1, undefined, 1);
  solo.receive(1, solo.proposal(a));
  solo.receive(1, solo.proposal(b));
  // The rival block brings a second notarize and a second proposal of the same leader.
  const found = solo.only("evidence").map(({ evidence }) => [evidence.kind, evidence.signer, evidence.payloadA.length]);
  assert.deepEqual(found, [
    ["notarize", 1, 99],
    ["proposal", 1, 138],
  ]);
  solo.executed(b);
  assert.equal(solo.sent("notarize").length, 0);
  solo.executed(a);
  assert.equal(solo.sent("notarize")[0]!.digest, a.info.digest);
  solo.receive(1, solo.proposal(solo.block(1, undefined, 2)));
  assert.equal(solo.replica.sizes().blocks, 3);
});

test("R11: an invalid block is remembered, its leader reported, and nothing is nullified before the timer", () => {
  const solo = new Solo().start();
  const block = solo.block(1);
  solo.receive(1, solo.proposal(block));
  const { digest } = block.info;
  solo.step({ kind: "rejected", digest, fault: { code: "B10", verdict: "punish" } });
  assert.deepEqual(
    solo.only("report").map(({ peer, fault }) => [peer, fault.code]),
    [[1, "CONSENSUS_INVALID_BLOCK"]],
  );
  assert.equal(solo.sent("nullify").length, 0);
  solo.fire("view", 500);
  assert.equal(solo.sent("nullify").length, 1);
});

test("R11: a block that execution finds too early is executed again later, one of a wrong parent view never", () => {
  const solo = new Solo().start();
  const block = solo.block(1);
  solo.receive(1, solo.proposal(block));
  solo.step({ kind: "rejected", digest: block.info.digest, fault: { code: "B5", verdict: "wait" } });
  assert.equal(solo.only("report").length, 0);
  solo.fire("stall", 400);
  assert.equal(solo.only("execute").length, 1);
  solo.executed(block);
  assert.equal(solo.sent("notarize").length, 1);

  const lying = solo.block(2, { ...block.info, view: v(0) });
  solo.receive(2, solo.proposal(lying));
  assert.equal(solo.only("execute").length, 0);
});

test("B5: too early is voted for when its time comes, too late never", () => {
  const solo = new Solo().start();
  const early = solo.block(1, undefined, 0, solo.wall + 1200);
  solo.receive(1, solo.proposal(early));
  solo.executed(early);
  assert.equal(solo.sent("notarize").length, 0);
  const timer = solo.only("setTimer").find(({ name }) => name === "early");
  assert.equal(timer?.at, 200);
  solo.fire("early", 199);
  assert.equal(solo.sent("notarize").length, 0);
  solo.fire("early", 1);
  assert.equal(solo.sent("notarize").length, 1);

  const other = new Solo().start();
  const late = other.block(1, undefined, 0, other.wall - 30_001);
  other.receive(1, other.proposal(late));
  other.executed(late);
  other.fire("early", 10);
  assert.equal(other.sent("notarize").length, 0);
});

test("R9: a parent needs its certificate and a nullification of every view between (T4)", () => {
  const solo = new Solo().start();
  const parent = solo.block(1);
  const block = solo.block(4, parent.info);
  for (const view of [2, 3])
    solo.receive(0, { kind: "certificate", certificate: solo.certificate("nullification", view) });
  assert.equal(solo.replica.view, 4);
  solo.receive(4, solo.proposal(block));
  const asked = solo.only("fetch").map(({ to, request }) => [to, request.kind]);
  assert.deepEqual(asked, [[4, "certificates"]], "the body waits for the certificate");
  solo.receive(1, solo.proposal(parent));
  solo.executed(parent);
  solo.executed(block);
  assert.equal(solo.sent("notarize").length, 0);
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("notarization", 1, parent.info.digest) });
  const votes = solo.sent("notarize").map((vote) => vote.view);
  assert.deepEqual(votes, [4, 1]);
});

test("R9: the finalized block too needs nullifications above it, and an own nullify is no certificate (T4)", () => {
  const solo = new Solo().start();
  solo.fire("view", 500);
  assert.ok(solo.replica.nullified(v(1)));
  const block = solo.block(2);
  solo.receive(2, solo.proposal(block));
  solo.executed(block);
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("notarization", 1, solo.block(1).info.digest) });
  assert.equal(solo.replica.view, 2);
  assert.equal(solo.sent("notarize").length, 0);
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("nullification", 1) });
  assert.equal(solo.sent("notarize").length, 1);
});

test("R13: a replica that left a view by a notarization votes for it once it has executed the block", () => {
  const solo = new Solo().start();
  const block = solo.block(1);
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("notarization", 1, block.info.digest) });
  assert.equal(solo.replica.view, 2);
  solo.receive(1, solo.proposal(block));
  solo.executed(block);
  assert.deepEqual(solo.observed("voted"), [{ what: "voted", view: 1, digest: block.info.digest, late: true }]);
});

test("R13: no late vote beside a second notarization, a nullification or an own nullify", () => {
  const cases: ((solo: Solo) => void)[] = [
    (solo) => solo.receive(0, { kind: "certificate", certificate: solo.certificate("nullification", 1) }),
    (solo) => {
      const rival = solo.block(1, undefined, 1).info.digest;
      solo.receive(0, { kind: "certificate", certificate: solo.certificate("notarization", 1, rival) });
    },
    (solo) => solo.fire("view", 500),
  ];
  for (const [i, prepare] of cases.entries()) {
    const solo = new Solo().start();
    const block = solo.block(1);
    prepare(solo);
    solo.receive(0, { kind: "certificate", certificate: solo.certificate("notarization", 1, block.info.digest) });
    solo.receive(1, solo.proposal(block));
    solo.executed(block);
    assert.equal(solo.observed("voted").length, 0, `case ${i}`);
  }
});

test("R14: on expiry one nullify, journalled first; a stale firing does nothing (T14); after a vote none (R20)", () => {
  const solo = new Solo().start();
  solo.fire("view", 499);
  assert.equal(solo.sent("nullify").length, 0);
  solo.fire("view", 1);
  assert.deepEqual(
    solo.effects.slice(0, 2).map((effect) => effect.kind),
    ["persist", "broadcast"],
  );
  assert.equal(solo.replica.backoff, 1);
  solo.fire("view", 1000);
  assert.equal(solo.sent("nullify").length, 0);

  const voter = new Solo().start();
  const block = voter.block(1);
  voter.receive(1, voter.proposal(block));
  voter.executed(block);
  voter.fire("view", 1000);
  assert.equal(voter.sent("nullify").length, 0);
});

test("R14: an idle replica extends its deadline, a transaction shortens it again, a held proof stops the back-off", () => {
  const solo = new Solo();
  solo.start();
  assert.equal(solo.only("setTimer").find(({ name }) => name === "view")!.at, 500);
  solo.now = 100;
  solo.step({ kind: "pool", executable: true });
  assert.equal(solo.only("setTimer").find(({ name }) => name === "view")!.at, 500);
  const busy = new Solo({ config: { viewTimeoutMs: 400 as never } });
  busy.step({ kind: "pool", executable: true });
  busy.start();
  assert.equal(busy.only("setTimer").find(({ name }) => name === "view")!.at, 400);

  const held = new Solo({ config: { maxViewLead: 8 } }).start();
  held.receive(0, { kind: "certificate", certificate: held.certificate("nullification", 20) });
  assert.equal(held.replica.view, 1);
  held.fire("view", 500);
  assert.equal(held.sent("nullify").length, 1);
  assert.equal(held.replica.backoff, 0);
});

test("R21: nullifies and votes for others count by distinct replicas, never by messages (T2)", () => {
  const solo = new Solo({ n: 11, f: 2, self: 10 }).start();
  const block = solo.block(1);
  const rival = solo.block(1, undefined, 1).info.digest;
  solo.receive(1, solo.proposal(block));
  solo.executed(block);
  // Two replicas send both kinds: four messages of two replicas, one short of M = 5 with two more.
  for (const r of [2, 3]) {
    solo.receive(r, solo.nullify(r, 1));
    solo.receive(r, solo.notarize(r, 1, rival));
  }
  for (const r of [4, 5]) solo.receive(r, solo.nullify(r, 1));
  assert.equal(solo.replica.nullified(v(1)), false);
  solo.receive(6, solo.notarize(6, 1, rival));
  assert.deepEqual(solo.observed("nullifySent"), [{ what: "nullifySent", view: 1, reason: "contradiction" }]);
  const order = solo.effects.filter((e) => e.kind === "persist" || e.kind === "broadcast").map((e) => e.kind);
  // The own nullify is the fifth, so the nullification follows at once (R2, R19).
  assert.deepEqual(order, ["persist", "broadcast", "broadcast"]);
  assert.equal(solo.replica.view, 2);
});

test("R21: collected votes are verified before they decide; wrong ones fall out and make suspects (K16, K17)", () => {
  const solo = new Solo({ n: 11, f: 2, self: 10 }).start();
  const block = solo.block(1);
  const rival = solo.block(1, undefined, 1).info.digest;
  solo.receive(1, solo.proposal(block));
  solo.executed(block);
  for (const r of [2, 3, 4]) solo.receive(r, solo.nullify(r, 1));
  solo.receive(5, solo.notarize(5, 1, rival));
  solo.receive(6, { ...solo.notarize(6, 1, rival), sig: new Uint8Array(96) });
  assert.equal(solo.replica.nullified(v(1)), false);
  assert.deepEqual(
    solo.only("report").map(({ peer }) => peer),
    [6],
  );
  // The suspect's next vote is verified when it arrives.
  solo.receive(6, { ...solo.nullify(6, 1), sig: new Uint8Array(96) });
  assert.equal(solo.only("report").length, 1);
  solo.receive(6, solo.nullify(6, 1));
  assert.equal(solo.replica.nullified(v(1)), true);
});

test("R30: two notarizes of one signer are evidence; a notarize and a nullify are not", () => {
  const solo = new Solo().start();
  const [a, b, c] = [1, 2, 3].map((salt) => solo.block(1, undefined, salt).info.digest) as [Digest, Digest, Digest];
  solo.receive(2, solo.notarize(2, 1, a));
  solo.receive(2, solo.nullify(2, 1));
  assert.equal(solo.only("evidence").length, 0);
  solo.receive(2, solo.notarize(2, 1, b));
  const found = solo.only("evidence").map(({ evidence }) => evidence);
  assert.equal(found.length, 1);
  assert.notDeepEqual(found[0]!.payloadA, found[0]!.payloadB);
  solo.receive(2, solo.notarize(2, 1, c));
  assert.equal(solo.only("evidence").length, 0);
});
