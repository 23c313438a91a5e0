import assert from "node:assert/strict";
import { test } from "node:test";
import type { Height } from "@polis/codec";
import { Solo } from "../testing/solo.ts";

const asked = (solo: Solo) => solo.only("fetch").map(({ to, request }) => [to, request.kind]);

test("L1: a follower asks a peer that has come up where the head is, and again when nothing has risen for T0", () => {
  const solo = new Solo({ self: -1 }).start();
  assert.deepEqual(asked(solo), [], "nobody is connected");
  solo.step({ kind: "link", peer: 3, up: true });
  assert.deepEqual(asked(solo), [[3, "certificates"]]);
  const first = solo.block(1);
  const { requestId } = solo.only("fetch")[0]!;
  const certificate = solo.certificate("finalization", 1, first.info.digest);
  solo.step({ kind: "reply", from: 3, requestId, reply: { kind: "certificates", certificates: [certificate] } });
  assert.equal(solo.replica.finalizedView, 1);
  solo.fire("stall", 100);
  assert.ok(!asked(solo).some(([, kind]) => kind === "certificates"), "F has risen a moment ago");
  solo.fire("stall", 10_000);
  assert.ok(asked(solo).some(([to, kind]) => to === 3 && kind === "certificates"));
});

test("N16: a follower asks only peers with a link, named followers included; a validator never asks a follower", () => {
  const follower = new Solo({ self: -1 }).start();
  follower.step({ kind: "link", peer: 7, up: true, finalizedHeight: 3 as Height });
  assert.deepEqual(asked(follower), [[7, "certificates"]]);
  const validator = new Solo().start();
  validator.step({ kind: "link", peer: 7, up: true, finalizedHeight: 3 as Height });
  assert.deepEqual(asked(validator), []);
});

/** Fires every timer that comes due within `ms`, in order, and collects whom the replica asks. */
function asksWithin(solo: Solo, ms: number): number[] {
  const due = new Map<string, number>();
  const asks: number[] = [];
  const end = solo.now + ms;
  for (;;) {
    asks.push(...solo.only("fetch").map(({ to }) => to));
    for (const { name, at } of solo.only("setTimer")) if (name.startsWith("fetch:")) due.set(name, at);
    const [next] = [...due].sort(([, a], [, b]) => a - b);
    if (next === undefined || next[1] > end) return asks;
    due.delete(next[0]);
    solo.fire(next[0], next[1] - solo.now);
  }
}

test("R12: where there are few peers, one whose answer was lost is asked again, with growing waits", () => {
  const follower = new Solo({ self: -1 }).start();
  follower.step({ kind: "link", peer: 3, up: true });
  // 0.5, 1, 2, 4, 5, 5, … seconds apart.
  assert.deepEqual(asksWithin(follower, 20_000), [3, 3, 3, 3, 3, 3, 3]);
  for (const n of [2, 3]) {
    const solo = new Solo({ self: 0, n, f: 0 }).start();
    const { digest } = solo.block(1).info;
    solo.receive(1, { kind: "certificate", certificate: solo.certificate("finalization", 1, digest) });
    solo.fire(`wait:block:${digest}`, 40);
    assert.equal(asksWithin(solo, 20_000).length, 7, `${n} validators`);
  }
});

test("L1: what was asked on a link that broke is asked again when the link is back", () => {
  const follower = new Solo({ self: -1 }).start();
  follower.step({ kind: "link", peer: 3, up: true });
  const { requestId } = follower.only("fetch")[0]!;
  follower.step({ kind: "link", peer: 3, up: false });
  follower.fire(`fetch:${requestId}`, 500);
  assert.deepEqual(asked(follower), [], "nobody is connected");
  follower.step({ kind: "link", peer: 3, up: true });
  assert.deepEqual(asked(follower), [[3, "certificates"]]);
});
