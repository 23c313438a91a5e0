import assert from "node:assert/strict";
import { test } from "node:test";
import type { View } from "@polis/codec";
import { mockSeed } from "../testing/mockScheme.ts";
import { Solo } from "../testing/solo.ts";
import { leaderFromSeed } from "./leader.ts";

const v = (value: number): View => value as View;
const random = { leaderMode: "random", randomness: "seed" } as const;

test("R5: the draw from a seed is frozen and roughly even", () => {
  const draws = [1, 2, 3, 4, 5, 6, 7, 8].map((view) => leaderFromSeed(mockSeed(v(view - 1)), v(view), 6));
  assert.deepEqual(draws, FROZEN);
  const counts = new Array<number>(6).fill(0);
  for (let view = 1; view <= 600; view++) counts[leaderFromSeed(mockSeed(v(view - 1)), v(view), 6)]!++;
  for (const count of counts) assert.ok(count > 60 && count < 140, `${counts}`);
});

test("R5: every proof of v-1 carries the seed, so its leader proposes; without the seed nobody does until it comes", () => {
  const view = 9;
  const leader = leaderFromSeed(mockSeed(v(view - 1)), v(view), 6);
  const record = { kind: "nullify", epoch: 0, view: v(view - 1), digest: undefined, parent: undefined } as never;
  const solo = new Solo({ self: leader, config: random, restored: { records: [record] } });
  solo.step({ kind: "pool", executable: true });
  solo.start();
  assert.equal(solo.replica.view, view - 1);
  assert.deepEqual(solo.observed("entered"), [], "the leader of the resumed view is unknown");
  for (let i = view - 1; i >= 1; i--) {
    solo.receive((leader + 1) % 6, { kind: "certificate", certificate: solo.certificate("nullification", i) });
  }
  assert.equal(solo.replica.view, view);
  const [build] = solo.only("build");
  assert.deepEqual(build!.request.prevSeed, mockSeed(v(view - 1)));
});

test("R22: with seeds a certificate without one is malformed", () => {
  const solo = new Solo({ config: random }).start();
  const certificate = { ...solo.certificate("nullification", 1), seed: undefined };
  solo.receive(0, { kind: "certificate", certificate });
  assert.equal(solo.only("report")[0]!.fault.code, "CONSENSUS_BAD_CERTIFICATE");
});

const FROZEN: readonly number[] = [0, 2, 1, 4, 1, 0, 3, 0];
