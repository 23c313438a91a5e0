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
