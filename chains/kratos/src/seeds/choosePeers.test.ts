import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { choosePeers } from "./choosePeers.ts";
import type { PeerRecord } from "./peerRecord.ts";
import { PeerRegistry } from "./registry.ts";
import { classOf } from "./scoring.ts";
import { confirmed, noon } from "./testing/claims.ts";

/** Peers with these scores and regions. */
function peersOf(rows: readonly (readonly [number, string | undefined])[]): readonly PeerRecord[] {
  const registry = new PeerRegistry({ maxPeers: 10_000, maxPeersPerSource: 10_000 });
  rows.forEach((_, i) => void registry.heartbeat(confirmed(i + 1, noon), noon));
  return [...registry.all()].map((peer, i) => ({ ...peer, score: rows[i]![0], region: rows[i]![1] }));
}

/** The same numbers in the same order every time. */
function counted(): (below: number) => number {
  let at = 0;
  return (below) => {
    at += 7;
    return at % below;
  };
}

test("the classes of kratos-core 12.5", () => {
  assert.deepEqual([0, 199, 200, 499, 500, 799, 800, 1_000].map(classOf), [
    ...["poor", "poor", "marginal", "marginal", "good", "good", "excellent", "excellent"],
  ]);
});

test("the highest scores come first and poor peers not at all", () => {
  const chosen = choosePeers(
    peersOf([
      [199, "a"],
      [900, "a"],
      [200, "a"],
      [500, "a"],
    ]),
    3,
    counted(),
  );
  assert.deepEqual(
    chosen.map(({ score }) => score),
    [900, 500, 200],
  );
});

test("a region with many good peers leaves room for others", () => {
  const rows = Array.from({ length: 200 }, (_, i): [number, string] => [900, i < 190 ? "a" : i < 195 ? "b" : "c"]);
  const chosen = choosePeers(
    peersOf(rows.map(([score, region]) => [region === "a" ? score : 300, region])),
    25,
    counted(),
  );
  assert.deepEqual(new Set(chosen.map(({ region }) => region)), new Set(["a", "b", "c"]));
  assert.equal(chosen.length, 25, "free places are filled in the second pass");
});

test("I46: as many regions as there are places and peers for, nothing twice, never more than asked", () => {
  const row = fc.tuple(fc.integer({ min: 0, max: 1_000 }), fc.constantFrom("a", "b", "c", "d", undefined));
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (rows, size) => {
      const peers = peersOf(rows);
      const chosen = choosePeers(peers, size, counted());
      const eligible = peers.filter(({ score }) => score >= 200);
      assert.equal(chosen.length, Math.min(size, eligible.length));
      assert.equal(new Set(chosen.map(({ peerId }) => peerId)).size, chosen.length);
      const available = new Set(eligible.map(({ region }) => region)).size;
      assert.ok(new Set(chosen.map(({ region }) => region)).size >= Math.min(3, size, available));
    }),
    { numRuns: 60 },
  );
});

test("ties come in another order with other random numbers", () => {
  const peers = peersOf(Array.from({ length: 30 }, (): [number, string] => [500, "a"]));
  const ids = (random: (below: number) => number) => choosePeers(peers, 10, random).map(({ peerId }) => peerId);
  assert.notDeepEqual(
    ids(counted()),
    ids((below) => below - 1),
  );
});
