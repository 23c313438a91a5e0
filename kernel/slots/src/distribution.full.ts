import assert from "node:assert/strict";
import { test } from "node:test";
import { digest, epoch, slot } from "@polis/codec";
import { drawLeader } from "./drawLeader.ts";
import { epochRandomness, genesisAccumulator } from "./randomness.ts";
import { takeSnapshot } from "./snapshot.ts";

const SLOTS = 1_000_000;
const VALIDATORS = 101;

test("over a million slots leaders are drawn as often as they weigh (chi-square, I9)", () => {
  const snapshot = takeSnapshot(
    Array.from({ length: VALIDATORS }, (_, i) => ({
      account: digest(i.toString(16).padStart(64, "0")),
      stake: BigInt(25_000 + 20_000 * i) * 10n ** 12n,
      credits: 1 + 7 * i,
      bootstrap: false,
      clock: i % 10 === 3 ? ("Degraded" as const) : ("Healthy" as const),
    })),
  );
  const index = new Map(snapshot.candidates.map(({ account }, i) => [account, i]));
  const counts = new Array<number>(VALIDATORS).fill(0);
  const accumulator = genesisAccumulator(new Uint8Array(32).fill(9));
  let randomness = epochRandomness(epoch(0), accumulator);
  for (let i = 0; i < SLOTS; i++) {
    if (i % 600 === 0) randomness = epochRandomness(epoch(i / 600), accumulator);
    counts[index.get(drawLeader(snapshot, randomness, slot(i))!.leader)!]!++;
  }
  const chiSquare = snapshot.candidates.reduce((sum, { weight }, i) => {
    const expected = (SLOTS * Number((weight << 53n) / snapshot.total)) / 2 ** 53;
    return sum + (counts[i]! - expected) ** 2 / expected;
  }, 0);
  // 100 degrees of freedom: 99.9 % of all honest runs stay below 149.4, and 0.1 % of them below 61.9.
  assert.ok(chiSquare < 149.4 && chiSquare > 61.9, `chi-square ${chiSquare}`);
});
