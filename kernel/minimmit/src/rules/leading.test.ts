import assert from "node:assert/strict";
import { test } from "node:test";
import type { View } from "@polis/codec";
import type { ReplicaEvent } from "../seam/events.ts";
import { Solo, type SoloBlock } from "../testing/solo.ts";

const v = (value: number): View => value as View;
const built = (block: SoloBlock, transactions = 1): ReplicaEvent => ({
  kind: "built",
  view: block.info.view,
  block: block.bytes,
  info: block.info,
  transactions,
});

test("R7: the leader builds on genesis, journals proposal and notarize, and proposes with the same digest", () => {
  const solo = new Solo({ self: 1 });
  solo.step({ kind: "pool", executable: true });
  solo.start();
  const [build] = solo.only("build");
  assert.deepEqual([build!.request.view, build!.request.parentView, build!.request.timeMs], [1, 0, 1_000_000]);
  const block = solo.block(1);
  solo.step(built(block));
  const [persist] = solo.only("persist");
  assert.deepEqual(
    persist!.records.map((record) => [record.kind, record.digest]),
    [
      ["proposal", block.info.digest],
      ["notarize", block.info.digest],
    ],
  );
  assert.equal(persist!.blocks.length, 1);
  const [propose] = solo.sent("propose");
  assert.deepEqual(propose!.block, block.bytes);
  assert.equal(solo.replica.proposed(v(1)), block.info.digest);
  assert.equal(solo.replica.notarized(v(1)), block.info.digest);
  // T12: it counts at once; two more make M = 3.
  solo.receive(2, solo.notarize(2, 1, block.info.digest));
  solo.receive(3, solo.notarize(3, 1, block.info.digest));
  assert.equal(solo.replica.view, 2);
});

test("R7: a built block is dropped when the view was left or nullified meanwhile; a leader proposes once", () => {
  const left = new Solo({ self: 1 });
  left.step({ kind: "pool", executable: true });
  left.start();
  left.receive(0, { kind: "certificate", certificate: left.certificate("nullification", 1) });
  left.step(built(left.block(1)));
  assert.equal(left.sent("propose").length, 0);

  const nullified = new Solo({ self: 1 });
  nullified.step({ kind: "pool", executable: true });
  nullified.start();
  nullified.fire("view", 500);
  nullified.step(built(nullified.block(1)));
  assert.equal(nullified.sent("propose").length, 0);

  const twice = new Solo({ self: 1 });
  twice.step({ kind: "pool", executable: true });
  twice.start();
  twice.step(built(twice.block(1)));
  assert.equal(twice.sent("propose").length, 1);
  twice.step(built(twice.block(1, undefined, 1)));
  assert.equal(twice.sent("propose").length, 0);
});

test("R7: the proposal carries the parent's certificate and the nullifications between, newest first", () => {
  const solo = new Solo({ self: 4 });
  solo.step({ kind: "pool", executable: true });
  solo.start();
  const parent = solo.block(1);
  solo.receive(1, solo.proposal(parent));
  solo.executed(parent);
  const notarization = solo.certificate("notarization", 1, parent.info.digest);
  const nullifications = [2, 3].map((view) => solo.certificate("nullification", view));
  for (const certificate of [notarization, ...nullifications]) solo.receive(0, { kind: "certificate", certificate });
  const [build] = solo.only("build");
  assert.deepEqual([build!.request.parentView, build!.request.parentDigest], [1, parent.info.digest]);
  solo.step(built(solo.block(4, parent.info)));
  const [propose] = solo.sent("propose");
  assert.deepEqual(propose!.proofs, [notarization, nullifications[1], nullifications[0]]);
});

test("R6: without a proof of some view in between nothing is selected; the missing proof is fetched, then it proposes", () => {
  const solo = new Solo({ self: 4 });
  solo.step({ kind: "pool", executable: true });
  solo.start();
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("nullification", 3) });
  assert.equal(solo.replica.view, 4);
  assert.equal(solo.only("build").length, 0);
  const [fetch] = solo.only("fetch");
  assert.deepEqual(fetch!.request, {
    kind: "certificates",
    views: [2, 1],
    kinds: ["finalization", "notarization", "nullification"],
  });
  const certificates = [1, 2].map((view) => solo.certificate("nullification", view));
  const { requestId, to } = fetch!;
  solo.step({ kind: "reply", from: to, requestId, reply: { kind: "certificates", certificates } });
  assert.equal(solo.only("build").length, 1);
});

test("R6: of two notarized blocks the executed one is preferred; a lone missing parent is fetched first", () => {
  const solo = new Solo({ self: 2 });
  solo.step({ kind: "pool", executable: true });
  solo.start();
  const a = solo.block(1);
  const b = solo.block(1, undefined, 1);
  const [low, high] = a.info.digest < b.info.digest ? [a, b] : [b, a];
  solo.receive(0, {
    kind: "certificate",
    certificate: solo.certificate("notarization", 1, low.info.digest, [0, 1, 3]),
  });
  assert.equal(solo.only("build").length, 0);
  solo.now = 50;
  solo.step({ kind: "timer", name: `wait:block:${low.info.digest}` });
  assert.equal(solo.only("fetch").length, 1);
  solo.receive(1, solo.proposal(high));
  solo.receive(4, {
    kind: "certificate",
    certificate: solo.certificate("notarization", 1, high.info.digest, [1, 4, 5]),
  });
  solo.executed(high);
  assert.equal(solo.only("build")[0]!.request.parentDigest, high.info.digest);
});

test("R8: an empty block waits for the interval from entering, a transaction goes at once, min interval is kept", () => {
  const idle = new Solo({ self: 1 }).start();
  assert.equal(idle.only("build").length, 0);
  assert.equal(idle.only("setTimer").find(({ name }) => name === "pace")!.at, 100);
  idle.fire("pace", 99);
  assert.equal(idle.only("build").length, 0);
  idle.fire("pace", 1);
  assert.equal(idle.only("build").length, 1);

  const busy = new Solo({ self: 1 }).start();
  busy.now = 30;
  busy.step({ kind: "pool", executable: true });
  assert.equal(busy.only("build").length, 1);

  const slow = new Solo({ self: 2, config: { minBlockIntervalMs: 200 as never } });
  slow.step({ kind: "pool", executable: true });
  slow.start();
  const parent = slow.block(1);
  slow.receive(1, slow.proposal(parent));
  slow.executed(parent);
  slow.receive(0, { kind: "certificate", certificate: slow.certificate("notarization", 1, parent.info.digest) });
  assert.equal(slow.only("build").length, 0);
  assert.equal(slow.only("setTimer").find(({ name }) => name === "pace")!.at, 200);
  slow.fire("pace", 200);
  assert.equal(slow.only("build").length, 1);
});

test("R7: block time is above the parent's; far above the local clock it is waited for", () => {
  const solo = new Solo({ self: 2 });
  solo.step({ kind: "pool", executable: true });
  solo.start();
  const parent = solo.block(1, undefined, 0, solo.wall + 800);
  solo.receive(1, solo.proposal(parent));
  solo.executed(parent);
  solo.receive(0, { kind: "certificate", certificate: solo.certificate("notarization", 1, parent.info.digest) });
  assert.equal(solo.only("build").length, 0);
  solo.fire("pace", 800);
  assert.equal(solo.only("build")[0]!.request.timeMs, solo.wall + 801);
});
