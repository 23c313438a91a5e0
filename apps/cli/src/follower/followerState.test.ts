import assert from "node:assert/strict";
import { test } from "node:test";
import type { PeerInfo } from "@polis/net";
import type { RoleFacts } from "../node/role.ts";
import { createFollowerRole } from "./followerRole.ts";
import { followerState } from "./followerState.ts";

const peer = (height: number, change: Partial<PeerInfo> = {}): PeerInfo => ({
  ...{ peer: 0, peerId: "ab".repeat(32), isValidator: true, isUpstream: true, up: true, channels: [] },
  ...{ rttMs: undefined, queuedBytes: 0, score: 0 },
  hello: { lastFinalized: { height, view: height, hash: "" } } as PeerInfo["hello"],
  ...change,
});
const facts = (change: Partial<RoleFacts>): RoleFacts => ({
  ...{ peers: [], n: 6, f: 1, finalizedHeight: 10, lastView: 10, knownView: 10, startView: 4, view: 11 },
  ...{ silentMs: 0, stallAfterMs: 30_000 },
  ...change,
});

test("14: a follower boots until something is verified, syncs while it is behind, and is ready at the head", () => {
  const state = (change: Partial<RoleFacts>) => {
    const { name, sources, targetHeight } = followerState(facts(change));
    return [name, sources, targetHeight];
  };
  assert.deepEqual(state({ startView: 10 }), ["booting", 0, 10]);
  assert.deepEqual(state({ startView: 10, peers: [peer(500)] }), ["booting", 1, 500]);
  assert.deepEqual(state({ knownView: 19, peers: [peer(500), peer(490, { peer: 1 })] }), ["syncing", 2, 490]);
  assert.deepEqual(state({ peers: [peer(11), peer(12)] }), ["ready", 2, 11]);
});

test("N4: what one source says, or one that has come to be served, does not make a follower look behind", () => {
  const liar = peer(Number.MAX_SAFE_INTEGER);
  const client = peer(9_000, { isValidator: false, isUpstream: false });
  const { name, targetHeight } = followerState(facts({ peers: [peer(10), liar, client, peer(8_000, { up: false })] }));
  assert.deepEqual([name, targetHeight], ["ready", 10]);
});

test("O1: ready means at the head, with a source, while finality moves", () => {
  const role = createFollowerRole({ n: 6, f: 1, redial: () => undefined, nowMs: () => 0 });
  const ready = (change: Partial<RoleFacts>) => role.readiness(facts({ peers: [peer(10)], ...change })).ready;
  assert.equal(ready({}), true);
  assert.equal(ready({ silentMs: 30_000 }), false);
  assert.equal(ready({ knownView: 19 }), false);
  assert.equal(ready({ startView: 10 }), false);
  assert.equal(ready({ peers: [] }), false);
});

test("N16: which frames may come from whom", () => {
  const role = createFollowerRole({ n: 6, f: 1, redial: () => undefined, nowMs: () => 0 });
  const hello = peer(0).hello!;
  assert.equal(role.onLink(peer(0, { peer: 2 }), true, hello), true);
  assert.equal(role.onLink(peer(0, { peer: 9, isValidator: false, isUpstream: false }), true, hello), false);
  const admitted = (from: number) =>
    [0x01, 0x02, 0x04, 0x05, 0x06, 0x21, 0x22, 0x30].filter((t) => role.admits(from, t));
  assert.deepEqual(admitted(2), [0x04, 0x05, 0x21, 0x22, 0x30], "a validator");
  assert.deepEqual(admitted(9), [0x21, 0x22], "one that has come to be served");
  role.onLink(peer(0, { peer: 2 }), false, hello);
  assert.equal(role.admits(2, 0x30), false, "a source that has gone");
});

test("N17: when one that pushes goes, one silent source is dialled again to be told, and only one", () => {
  const redialled: number[] = [];
  const role = createFollowerRole({ n: 6, f: 1, redial: (p) => redialled.push(p), nowMs: () => 0 });
  const peers = [0, 1, 2, 3].map((i) => peer(0, { peer: i, peerId: `${i}` }));
  assert.deepEqual(
    peers.map(({ peerId }) => role.capabilities({ peerId, dialled: true })),
    [1, 1, 0, 0],
  );
  assert.equal(role.capabilities({ peerId: "9", dialled: false }), 0);
  assert.equal(role.capabilities(undefined), 0);
  for (const each of peers) role.onLink(each, true, each.hello!);
  role.onLink(peers[1]!, false, peers[1]!.hello!);
  role.onLink(peers[2]!, false, peers[2]!.hello!);
  assert.deepEqual(redialled, [2], "its own link went because of that");
  assert.equal(role.capabilities({ peerId: "2", dialled: true }), 1);
});
