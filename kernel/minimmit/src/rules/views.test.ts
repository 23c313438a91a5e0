import assert from "node:assert/strict";
import { test } from "node:test";
import type { View } from "@polis/codec";
import type { Status } from "../seam/messages.ts";
import { createMockKeys } from "../testing/mockScheme.ts";
import { Solo } from "../testing/solo.ts";

const v = (value: number): View => value as View;

test("R3: a proof of any view at or above the current one enters the next; an older one does nothing", () => {
  const solo = new Solo().start();
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("nullification", 7) });
  assert.equal(solo.replica.view, 8);
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("nullification", 3) });
  assert.equal(solo.replica.view, 8);
  assert.equal(solo.only("setTimer").length, 0);
  assert.equal(solo.replica.proofs(v(3)).length, 1);
});

test("R4: beyond F + k only votes of L replicas open the gate; it moves in steps and asks for the proofs it lacks", () => {
  const solo = new Solo({ config: { maxViewLead: 8 }, accountable: false }).start();
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("nullification", 20) });
  assert.equal(solo.replica.view, 1);
  const [fetch] = solo.only("fetch");
  assert.equal(fetch!.to, 0);
  assert.deepEqual(fetch!.request.kind === "certificates" && fetch!.request.views, [1, 2, 3, 4, 5, 6, 7, 8]);
  const certificates = [1, 2, 3, 4, 5, 6, 7].map((view) => solo.certificate("nullification", view));
  solo.step({ kind: "reply", from: 0, requestId: fetch!.requestId, reply: { kind: "certificates", certificates } });
  assert.equal(solo.replica.view, 8);
  // Votes of four others and the own one make L = 5; all of them must reach w - k = 13.
  for (const r of [0, 1, 2]) solo.receive(r, solo.nullify(r, 14));
  solo.fire("view", 600);
  assert.equal(solo.replica.view, 8);
  solo.receive(3, solo.nullify(3, 14));
  assert.equal(solo.replica.view, 8, "the own vote is for view 8, below 13");
  solo.receive(4, solo.nullify(4, 12));
  solo.receive(4, solo.nullify(4, 13));
  assert.equal(solo.replica.view, 21);
});

test("R4: the bitmaps of verified certificates count as votes, and a finalization opens the gate at once", () => {
  const solo = new Solo({ config: { maxViewLead: 8 } }).start();
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("nullification", 20, undefined, [0, 1, 2]) });
  assert.equal(solo.replica.view, 1);
  const { digest } = solo.block(19).info;
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("notarization", 19, digest, [2, 3, 4]) });
  assert.equal(solo.replica.view, 21);

  const final = new Solo({ config: { maxViewLead: 8 }, accountable: false }).start();
  final.receive(0, { kind: "certificate", certificate: final.certificate("finalization", 30, digest) });
  assert.deepEqual([final.replica.view, final.replica.finalizedView], [31, 30]);
});

test("R4: unverified votes that could open the gate are verified first (K17)", () => {
  const solo = new Solo({ config: { maxViewLead: 8 }, accountable: false }).start();
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("nullification", 20) });
  for (const r of [0, 1, 2, 3]) solo.receive(r, solo.nullify(r, 21));
  solo.receive(4, { ...solo.nullify(4, 21), sig: new Uint8Array(96) });
  assert.equal(solo.replica.view, 1);
  assert.equal(solo.observed("gate").length > 0, true);
  solo.receive(4, solo.nullify(4, 19));
  assert.equal(solo.replica.view, 22);
});

test("R5: round-robin leaders follow the view number", () => {
  const solo = new Solo().start();
  for (const view of [4, 5, 6]) {
    solo.receive(0, { kind: "certificate", certificate: solo.certificate("nullification", view) });
    assert.deepEqual(solo.observed("entered"), [{ what: "entered", view: view + 1, leader: (view + 1) % 6 }]);
  }
});

test("R15: a leader silent for S views and 4·T0 is skipped at once; a late or unverified vote ends its silence (T25)", () => {
  const enterTo = (solo: Solo, view: number): void => {
    solo.receive(0, { kind: "certificate", certificate: solo.certificate("nullification", view - 1) });
  };
  const run = (heard: boolean, ms: number, views: number): number => {
    const solo = new Solo({ config: { skipInactiveViews: 4, maxViewLead: 64 } }).start();
    for (let view = 2; view < 2 + views; view++) enterTo(solo, view);
    solo.now = ms;
    if (heard) solo.receive(4, { ...solo.nullify(4, 1), sig: new Uint8Array(96) });
    enterTo(solo, 10);
    assert.equal(solo.replica.view, 10);
    assert.equal(solo.replica.backoff, 0);
    return solo.observed("nullifySent").length;
  };
  assert.equal(run(false, 1600, 4), 1);
  assert.equal(run(false, 1599, 4), 0);
  assert.equal(run(false, 1600, 2), 0);
  assert.equal(run(true, 1600, 4), 0);
});

test("R15: after a restart nothing is skipped in a view that holds a vote, nor before S views (T26)", () => {
  const block = new Solo().block(10);
  const record = { kind: "notarize", epoch: 0, view: v(10), digest: block.info.digest, parent: undefined } as never;
  const solo = new Solo({ config: { skipInactiveViews: 1 }, restored: { records: [record] } });
  solo.now = 100_000;
  solo.start();
  assert.equal(solo.replica.view, 10);
  assert.equal(solo.observed("nullifySent").length, 0);
  assert.equal(solo.replica.notarized(v(10)), block.info.digest);
});

test("R19: a nullification of a past view is stored, forwarded once, and changes nothing else", () => {
  const solo = new Solo().start();
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("nullification", 9) });
  const certificate = solo.certificate("nullification", 4);
  solo.receive(0, { kind: "certificate", certificate });
  assert.deepEqual(solo.sent("certificate"), [{ kind: "certificate", certificate }]);
  assert.deepEqual([solo.replica.view, solo.replica.nullified(v(10))], [10, false]);
  solo.receive(1, { kind: "certificate", certificate });
  assert.deepEqual(solo.effects, []);
});

test("R22: wrong certificates cost the sender, held and finalized ones nothing", () => {
  const solo = new Solo().start();
  const good = solo.certificate("nullification", 1);
  const block = solo.block(1).info.digest;
  const bad = [
    { ...good, signature: new Uint8Array(96) },
    { ...good, bitmap: Uint8Array.of(3) },
    { ...good, digest: block },
    { ...good, scheme: "threshold" as const },
    { ...good, seed: new Uint8Array(96) },
    { ...solo.certificate("notarization", 1, block), kind: "finalization" as const },
  ];
  for (const certificate of bad) {
    solo.receive(3, { kind: "certificate", certificate });
    assert.deepEqual(
      solo.only("report").map(({ peer, fault }) => [peer, fault.code]),
      [[3, "CONSENSUS_BAD_CERTIFICATE"]],
    );
  }
  solo.receive(3, { kind: "certificate", certificate: { ...good, epoch: 1 as never } });
  assert.deepEqual(solo.effects, []);
  assert.equal(solo.replica.view, 1);
});

test("R23: in one view for T0 it sends its votes, a proof of view-1 and a Status again, then every T0 ±10 %", () => {
  const solo = new Solo().start();
  const proof = solo.certificate("nullification", 1);
  solo.receive(0, { kind: "certificate", certificate: proof });
  solo.fire("view", 500);
  solo.fire("rebroadcast", 0);
  assert.deepEqual(solo.sent("certificate"), [{ kind: "certificate", certificate: proof }]);
  assert.deepEqual(
    solo.sent("nullify").map((vote) => vote.view),
    [2],
  );
  assert.equal(solo.only("send").filter(({ message }) => message.kind === "status").length, 1);
  const again = solo.only("setTimer").find(({ name }) => name === "rebroadcast")!.at - solo.now;
  assert.ok(again >= 360 && again <= 440);
});

test("R23: views that advance without finality are a sign of trouble too (T9); votes go lowest first", () => {
  const solo = new Solo().start();
  const block = solo.block(1);
  solo.receive(1, solo.proposal(block));
  solo.executed(block);
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("notarization", 1, block.info.digest) });
  for (const view of [2, 3, 4])
    solo.receive(0, { kind: "certificate", certificate: solo.certificate("nullification", view) });
  solo.fire("stall", 399);
  assert.equal(solo.sent("notarize").length, 0);
  solo.fire("stall", 1);
  assert.deepEqual(
    solo.sent("notarize").map((vote) => vote.view),
    [1],
  );
  const resent = solo.only("send").filter(({ to, message }) => to === 1 && message.kind === "certificate");
  assert.equal(resent.length, 3);
  assert.equal(solo.only("send").filter(({ to, message }) => to === 0 && message.kind === "certificate").length, 0);
});

test("R24: a Status that is behind gets our finalization, one that is ahead is asked for its own", () => {
  const solo = new Solo().start();
  const block = solo.block(1);
  solo.receive(1, solo.proposal(block));
  solo.executed(block);
  const final = solo.certificate("finalization", 1, block.info.digest);
  solo.receive(0, { kind: "certificate", certificate: final });
  assert.equal(solo.only("finalize").length, 1);
  const status = (view: number, lastFinalizedView: number): Status => ({
    kind: "status",
    epoch: 0 as never,
    view: v(view),
    lastFinalizedView: v(lastFinalizedView),
    lastFinalizedDigest: block.info.digest,
    nonce: new Uint8Array(32),
    signer: 3 as never,
    sig: new Uint8Array(96),
    proof: undefined,
  });
  solo.receive(3, status(1, 0));
  assert.deepEqual(solo.only("send"), [{ kind: "send", to: 3, message: { kind: "certificate", certificate: final } }]);
  solo.receive(3, status(40, 39));
  assert.deepEqual(
    solo.only("fetch").map(({ to, request }) => [to, request.kind === "certificates" && request.views]),
    [[3, [39]]],
  );
  solo.step({
    kind: "request",
    from: 8,
    requestId: 5,
    request: { kind: "certificates", views: [v(0)], kinds: ["nullification"] },
  });
  assert.deepEqual(solo.only("reply"), [
    { kind: "reply", to: 8, requestId: 5, reply: { kind: "certificates", certificates: [final] } },
  ]);
});

test("R27: V is the (f+1)-th highest of n-f-1 verified answers, and no vote leaves below V + k + 1 (T23, T24)", () => {
  const solo = new Solo({ config: { maxViewLead: 8 }, restored: { journal: "lost" } }).start();
  const [request] = solo.sent("statusRequest");
  assert.ok(request);
  assert.equal(solo.sent("status").length, 0);
  const answer = (signer: number, view: number, sig?: Uint8Array): Status => {
    const lastFinalizedDigest = solo.block(1).info.digest;
    const claim = {
      epoch: 0 as never,
      view: v(view),
      lastFinalizedView: v(0),
      lastFinalizedDigest,
      nonce: request.nonce,
    };
    const signed = sig ?? createMockKeys(signer as never).signStatus(claim);
    return { kind: "status", ...claim, signer: signer as never, sig: signed, proof: undefined };
  };
  solo.receive(0, answer(0, 1000));
  solo.receive(1, answer(1, 30));
  solo.receive(1, answer(1, 29));
  solo.receive(2, answer(2, 20, new Uint8Array(96)));
  assert.equal(solo.only("report").length, 1);
  solo.receive(2, answer(2, 20));
  assert.equal(solo.replica.canVote, false);
  solo.receive(3, answer(3, 10));
  assert.equal(solo.replica.canVote, true);
  assert.equal(solo.replica.safeView, 30 + 8 + 1);
  assert.equal(solo.only("persist")[0]!.safeView, 39);
  solo.fire("view", 10_000);
  assert.equal(solo.sent("nullify").length, 0);
  solo.receive(0, {
    kind: "certificate",
    certificate: solo.certificate("finalization", 38, solo.block(38).info.digest),
  });
  assert.equal(solo.replica.view, 39);
  solo.fire("view", 10_000);
  assert.equal(solo.sent("nullify").length, 1);
});

test("R27: a replica without its journal answers nobody, and with n = 1 it stays silent", () => {
  const lost = new Solo({ restored: { journal: "lost" } }).start();
  lost.receive(0, { kind: "statusRequest", nonce: new Uint8Array(32).fill(1) });
  assert.deepEqual(lost.effects, []);
  const alone = new Solo({ n: 1, f: 0, self: 0, restored: { journal: "lost" } }).start();
  for (let i = 0; i < 5; i++) alone.fire("status", 400);
  assert.equal(alone.replica.canVote, false);
  const held = new Solo().start();
  held.receive(0, { kind: "statusRequest", nonce: new Uint8Array(32).fill(1) });
  assert.equal(held.only("send")[0]!.message.kind, "status");
  const fresh = new Solo({ restored: { journal: "fresh" } }).start();
  assert.equal(fresh.only("persist")[0]!.safeView, 0);
});

test("R31: votes above the window are not stored, one per second is verified and makes it ask", () => {
  const solo = new Solo({ config: { futureWindow: 16 } }).start();
  solo.receive(2, solo.nullify(2, 18));
  assert.equal(solo.replica.sizes().votes, 0);
  assert.deepEqual(
    solo.only("send").map(({ to, message }) => [to, message.kind]),
    [[2, "statusRequest"]],
  );
  assert.equal(solo.only("fetch")[0]!.to, 2);
  solo.receive(2, solo.nullify(2, 19));
  assert.equal(solo.only("send").length, 0);
  solo.now = 1000;
  solo.receive(2, { ...solo.nullify(2, 20), sig: new Uint8Array(96) });
  assert.equal(solo.only("report").length, 1);
  solo.receive(2, solo.nullify(2, 17));
  assert.equal(solo.replica.sizes().votes, 1);
});

test("R31: a signer's votes are capped; the vote of the highest view gives way", () => {
  const solo = new Solo({ config: { futureWindow: 20, maxViewLead: 2 } }).start();
  const { digest } = solo.block(1).info;
  const other = solo.block(2).info.digest;
  const cap = 3 * (20 + 2);
  // 21 views times three votes is 63, below the cap; a window that has moved on makes room for more.
  const view = (i: number): number => 1 + Math.floor(i / 3);
  const vote = (i: number) =>
    i % 3 === 0 ? solo.nullify(2, view(i)) : solo.notarize(2, view(i), i % 3 === 1 ? digest : other);
  for (let i = 0; i < 63; i++) solo.receive(2, vote(i));
  assert.equal(solo.replica.sizes().votes, 63);
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("finalization", 3, solo.block(3).info.digest) });
  for (let i = 63; i < 80; i++) solo.receive(2, vote(i));
  assert.equal(solo.replica.sizes().votes, cap);
});

test("R31: with a signer's cap full, a vote for a lower view displaces the one for the highest", () => {
  const solo = new Solo({ config: { futureWindow: 40, maxViewLead: 2 } }).start();
  const [a, b] = [solo.block(1).info.digest, solo.block(2).info.digest];
  const cap = 3 * (40 + 2);
  // Views 1..41 are open; leaving view 1 empty, three votes each in 40 views are 120, six below the cap.
  for (let view = 2; view <= 41; view++) {
    for (const vote of [solo.nullify(2, view), solo.notarize(2, view, a), solo.notarize(2, view, b)]) {
      solo.receive(2, vote);
    }
  }
  const certificate = solo.certificate("nullification", 2, undefined, [0, 1, 2, 3, 4]);
  solo.receive(0, { kind: "certificate", certificate });
  assert.equal(solo.replica.view, 3);
  for (const view of [42, 43]) {
    for (const vote of [solo.nullify(2, view), solo.notarize(2, view, a), solo.notarize(2, view, b)]) {
      solo.receive(2, vote);
    }
  }
  assert.equal(solo.replica.sizes().votes, cap);
  for (const vote of [solo.nullify(2, 1), solo.notarize(2, 1, a), solo.notarize(2, 1, b)]) solo.receive(2, vote);
  assert.equal(solo.replica.sizes().votes, cap);
  // The votes of view 1 are held: with two more of its kind they make a certificate.
  const before = solo.replica.proofs(v(1)).length;
  for (const r of [0, 1]) solo.receive(r, solo.notarize(r, 1, a));
  assert.equal(solo.replica.proofs(v(1)).length, before + 1);
});

test("R32: another epoch, an unknown signer and an own vote from outside leave no trace", () => {
  const solo = new Solo().start();
  solo.receive(2, { ...solo.nullify(2, 1), epoch: 1 as never });
  solo.receive(2, { ...solo.nullify(2, 1), signer: 6 as never });
  solo.receive(2, solo.nullify(5, 1));
  assert.equal(solo.replica.sizes().votes, 0);
  solo.receive(2, { ...solo.nullify(2, 1), sig: new Uint8Array(95) });
  assert.equal(solo.only("report")[0]!.fault.code, "CONSENSUS_MALFORMED");
});

test("K16: a relayed vote is verified at the relaying peer's cost before it takes its signer's place", () => {
  const solo = new Solo().start();
  solo.receive(2, { ...solo.nullify(3, 1), sig: new Uint8Array(96) });
  assert.deepEqual(
    solo.only("report").map(({ peer }) => peer),
    [2],
  );
  solo.receive(3, solo.nullify(3, 1));
  solo.receive(2, solo.nullify(4, 1));
  assert.equal(solo.replica.sizes().votes, 2);
});
