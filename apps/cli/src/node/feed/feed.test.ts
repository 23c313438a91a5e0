import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest, Epoch, Height, View } from "@polis/codec";
import { bitmapOf, type Certificate, quorumsOf } from "@polis/crypto";
import { decodeFinalizedPush, type Finalize } from "@polis/minimmit";
import type { PeerInfo } from "@polis/net";
import { FinalFeed } from "./finalFeed.ts";
import { SyncBudget } from "./syncBudget.ts";

const digest = (byte: string) => byte.repeat(32) as Digest;
const certificate: Certificate = {
  ...{ kind: "finalization", scheme: "multisig", epoch: 0 as Epoch, view: 9 as View, digest: digest("bb") },
  ...{ bitmap: bitmapOf([0, 1, 2, 3, 4] as never, 6), signature: new Uint8Array(96), seed: undefined },
};
const finalize = {
  kind: "finalize",
  certificate,
  blocks: [
    { digest: digest("aa"), height: 7 as Height, view: 8 as View, direct: false },
    { digest: digest("bb"), height: 8 as Height, view: 9 as View, direct: true },
  ],
  views: [],
  pruneBelow: 9 as View,
} satisfies Finalize;
const context = {
  shape: { n: 6, scheme: "multisig", randomness: "hash", quorums: quorumsOf(6, 1) },
  voteSigBytes: { notarize: 96, nullify: 96 },
  maxBlockBytes: 1_000,
} as const;

const none = { count: () => undefined, gauge: () => undefined, observe: () => undefined };

function feedOf(peers: readonly Partial<PeerInfo>[], knownView: number, budgetBytes = 1_000_000) {
  const dropped: string[] = [];
  let bytes = budgetBytes;
  const sent: [number, number, Uint8Array][] = [];
  const bodies = new Map([
    [digest("aa"), Uint8Array.of(1)],
    [digest("bb"), Uint8Array.of(2)],
  ]);
  const feed = new FinalFeed({
    network: {
      peers: () => peers as readonly PeerInfo[],
      sendBulk: (peer, type, body) => sent.push([peer, type, body]) > 0,
    },
    archive: { blockByDigest: (of) => bodies.get(of), blockByHeight: () => undefined, finalizationAt: () => undefined },
    ...{ n: 6, maxBlockBytes: 1_000, knownView: () => knownView, nowMs: () => 0 },
    budget: {
      allows: () => bytes > 0,
      pay: (by) => {
        bytes -= by;
      },
    },
    metrics: { ...none, count: (name, by, labels) => dropped.push(`${name} ${by} ${labels?.type}`) },
  });
  return { feed, sent, dropped };
}

test("N17: what becomes final is pushed to the followers that have asked for it, with the certificate at its block", () => {
  const hello = (capabilities: number) => ({ capabilities }) as PeerInfo["hello"];
  const peers = [
    { peer: 1, up: true, isValidator: true, hello: hello(1) },
    { peer: 6, up: true, isValidator: false, hello: hello(1) },
    { peer: 7, up: true, isValidator: false, hello: hello(0) },
    { peer: 8, up: false, isValidator: false, hello: hello(1) },
    { peer: 9, up: true, isValidator: false, hello: hello(3) },
  ];
  const { feed, sent } = feedOf(peers, 9);
  feed.push(finalize);
  assert.deepEqual(
    sent.map(([peer, type]) => [peer, type]),
    [
      [6, 0x30],
      [9, 0x30],
    ],
  );
  const pushed = decodeFinalizedPush(sent[0]![2], context);
  assert.ok(pushed.ok);
  assert.deepEqual(pushed.value, [
    { block: Uint8Array.of(1), certificate: undefined },
    { block: Uint8Array.of(2), certificate },
  ]);
  const behind = feedOf(peers, 10);
  behind.feed.push(finalize);
  assert.equal(behind.sent.length, 0, "a node that catches up has no news");
});

test("N9, N17: a small budget leaves out followers in turn, and says so", () => {
  const hello = { capabilities: 1 } as PeerInfo["hello"];
  const peers = [6, 7].map((peer) => ({ peer, up: true, isValidator: false, hello }));
  const { feed, sent, dropped } = feedOf(peers, 9, 1);
  feed.push(finalize);
  feed.push(finalize);
  assert.deepEqual(
    sent.map(([peer]) => peer),
    [6],
  );
  assert.deepEqual(dropped, Array(3).fill("p2p_dropped_total 1 FinalizedPush"));
});

test("N9: followers are answered within the share of the bandwidth, and what validators take is taken from it", () => {
  const budget = new SyncBudget(1_000, 25, 0);
  assert.equal(budget.allows(0), true);
  budget.pay(1_000, 0);
  assert.equal(budget.allows(0), false, "the burst of four seconds is spent");
  assert.equal(budget.allows(100), true);
  budget.pay(1_000_000, 100);
  assert.equal(budget.allows(4_000), false);
  assert.equal(budget.allows(4_200), true, "nobody waits longer than the burst lasts");
  let sent = 0;
  for (let ms = 10_000; ms < 110_000; ms += 10) {
    if (!budget.allows(ms)) continue;
    budget.pay(500, ms);
    sent += 500;
  }
  assert.ok(sent <= 250 * 100 + 1_000 + 500, `${sent} bytes in a hundred seconds`);
  assert.ok(sent >= 250 * 95, `${sent}`);
});
