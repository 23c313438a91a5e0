import assert from "node:assert/strict";
import { test } from "node:test";
import type { PeerInfo } from "@polis/net";
import type { RoleFacts } from "./role.ts";
import { createValidatorRole } from "./validatorRole.ts";

const peer = { up: true, isValidator: true } as PeerInfo;
const good: RoleFacts = {
  peers: [peer, peer, peer, peer],
  n: 6,
  f: 1,
  finalizedHeight: 10,
  lastView: 20,
  knownView: 28,
  startView: 0,
  view: 29,
  silentMs: 1_000,
  stallAfterMs: 30_000,
};
const judged = (changes: Partial<RoleFacts>) => createValidatorRole(6).readiness({ ...good, ...changes });

test("a validator is ready with n-f-1 others, no blocks missing, and finality that moves (O1)", () => {
  assert.deepEqual(judged({}), {
    ready: true,
    details: [
      "validators connected: 4 of 4 required",
      "finalized height: 10, view: 29",
      "seconds since finalization: 1",
      "synced",
    ],
  });
});

test("each of the three that is absent makes it not ready and is named", () => {
  const down = { ...peer, up: false };
  const follower = { ...peer, isValidator: false };
  const few = judged({ peers: [peer, peer, down, follower] });
  assert.ok(!few.ready && few.details[0] === "validators connected: 2 of 4 required");
  const silent = judged({ silentMs: 30_000 });
  assert.ok(!silent.ready && silent.details[2] === "seconds since finalization: 30");
  const behind = judged({ knownView: 29 });
  assert.ok(!behind.ready);
  assert.equal(behind.details[3], "catching up: finalized in view 20, finality is known up to view 29");
});
