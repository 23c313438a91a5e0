import assert from "node:assert/strict";
import { test } from "node:test";
import type { ValidatorIndex, View } from "@polis/codec";
import fc from "fast-check";
import type { ReplicaEvent } from "../seam/events.ts";
import type { Message } from "../seam/messages.ts";
import { fetchReplies, fetchRequests, messages } from "../testing/arbitraries.ts";
import { Solo } from "../testing/solo.ts";

/** Puts a message into epoch 0 and near the window, so that it gets past the first checks. */
function nearby(message: Message): Message {
  const close = (view: View): View => (view % 300) as View;
  if (message.kind === "statusRequest") return message;
  if (message.kind === "certificate") {
    const { certificate } = message;
    return { kind: "certificate", certificate: { ...certificate, epoch: 0 as never, view: close(certificate.view) } };
  }
  const moved = { ...message, epoch: 0 as never, view: close(message.view) };
  return moved.kind === "status" ? { ...moved, lastFinalizedView: close(moved.lastFinalizedView) } : moved;
}

const events: fc.Arbitrary<ReplicaEvent> = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 7 }), messages).map(([from, message]): ReplicaEvent => {
    return { kind: "message", from, message: nearby(message) };
  }),
  fc.tuple(fc.integer({ min: 0, max: 7 }), fc.nat(), fetchReplies).map(([from, requestId, reply]): ReplicaEvent => {
    return { kind: "reply", from, requestId, reply };
  }),
  fc.tuple(fc.integer({ min: 0, max: 7 }), fc.nat(), fetchRequests).map(([from, requestId, request]): ReplicaEvent => {
    return { kind: "request", from, requestId, request };
  }),
  fc
    .constantFrom("view", "rebroadcast", "stall", "pace", "early", "status", "fetch:1", "wait:x", "nonsense")
    .map((name): ReplicaEvent => ({ kind: "timer", name })),
);

test("no message, reply, request or timer makes a replica throw, vote or finalize wrongly (X1)", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: 400 }), events), { maxLength: 60 }), (list) => {
      const solo = new Solo().start();
      for (const [ms, event] of list) {
        solo.now += ms;
        solo.step(event);
        // Random signatures prove nothing: no view is left, no block is voted for, nothing becomes final.
        assert.equal(solo.replica.view, 1);
        assert.equal(solo.replica.finalizedView, 0);
        assert.equal(solo.sent("notarize").length, 0);
        assert.equal(solo.only("finalize").length, 0);
        assert.ok(solo.only("reply").length <= 1);
      }
    }),
    { numRuns: 150 },
  );
});

test("R31: a leader has at most four proposals of coming views held; the highest view gives way", () => {
  const solo = new Solo().start();
  for (const view of [25, 19, 13, 31, 37, 7]) solo.receive(1, solo.proposal(solo.block(view)));
  assert.equal(solo.replica.sizes().blocks, 1 + 4);
  const held = [7, 13, 19, 25].map((view) => solo.block(view).info.digest);
  for (const [i, digest] of held.entries()) {
    const request = { kind: "blocksByDigest", digests: [digest] } as const;
    solo.step({ kind: "request", from: 2, requestId: i, request });
    assert.equal(solo.only("reply")[0]!.reply.kind, "blocks", `view ${7 + 6 * i}`);
  }
});

test("R31, K17: a flood of votes for every view and block stays within the caps and opens nothing", () => {
  const solo = new Solo().start();
  const spammer = 2 as ValidatorIndex;
  const digests = [1, 2, 3].map((salt) => solo.block(1, undefined, salt).info.digest);
  for (let view = 0; view < 600; view++) {
    for (const digest of digests) {
      solo.receive(spammer, { ...solo.notarize(spammer, view, digest), sig: new Uint8Array(96).fill(view & 255) });
    }
    solo.receive(spammer, solo.nullify(spammer, view));
  }
  const { votes, openViews } = solo.replica.sizes();
  assert.ok(votes <= 3 * (256 + 64) && openViews <= 258, `${votes} votes in ${openViews} views`);
  assert.equal(solo.replica.view, 1);
});
