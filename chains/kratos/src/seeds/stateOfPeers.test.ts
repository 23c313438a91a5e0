import assert from "node:assert/strict";
import { test } from "node:test";
import { height, krat12 } from "@polis/codec";
import type { PeerRecord } from "./peerRecord.ts";
import { PeerRegistry } from "./registry.ts";
import { median, stateOfPeers } from "./stateOfPeers.ts";
import { confirmed, genesisHash, noon } from "./testing/claims.ts";

function peersWith(rows: readonly Partial<PeerRecord>[]): readonly PeerRecord[] {
  const registry = new PeerRegistry({ maxPeers: 100, maxPeersPerSource: 100 });
  rows.forEach((_, i) => void registry.heartbeat(confirmed(i + 1, noon), noon));
  return [...registry.all()].map((peer, i) => ({ ...peer, ...rows[i] }));
}

test("the middle value, the lower one of two", () => {
  assert.equal(median<number>([]), undefined);
  assert.equal(median([5]), 5);
  assert.equal(median([9, 1]), 1);
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([krat12(3n), krat12(10n ** 30n), krat12(4n)]), krat12(4n));
});

test("a minority of liars does not move the state of the network", () => {
  const honest = { currentHeight: height(100), validatorCount: 4, totalStake: krat12(7n) };
  const liar = { currentHeight: height(2 ** 50), validatorCount: 9_999, totalStake: krat12(1n << 100n) };
  const state = stateOfPeers(genesisHash, peersWith([liar, honest, honest, liar, honest]), undefined, noon);
  assert.equal(state.bestHeight, 100);
  assert.equal(state.activeValidators, 4);
  assert.equal(state.totalStake, 7n);
  assert.equal(state.activePeers, 5);
  assert.equal(state.securityState, undefined, "nobody's claim says it");
});

test("claims that are missing are left out; without any the counts are zero", () => {
  const silent = { validatorCount: undefined, totalStake: undefined };
  const some = stateOfPeers(genesisHash, peersWith([silent, { validatorCount: 6 }, silent]), undefined, noon);
  assert.equal(some.activeValidators, 6);
  const none = stateOfPeers(genesisHash, [], undefined, noon);
  assert.deepEqual([none.bestHeight, none.activeValidators, none.totalStake, none.activePeers], [0, 0, 0n, 0]);
});

test("what the operator's node says stands in the place of claims", () => {
  const facts = {
    activeValidators: 12,
    securityState: "Degraded" as const,
    totalStake: krat12(1n),
    participationBps: undefined,
    estimatedInflationPpb: 65_000_000,
  };
  const state = stateOfPeers(genesisHash, peersWith([{ validatorCount: 99 }]), facts, noon);
  assert.equal(state.activeValidators, 12);
  assert.equal(state.securityState, "Degraded");
});
