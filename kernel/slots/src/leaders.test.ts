import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, digest, epoch, seconds, slot } from "@polis/codec";
import { proveVrf, verifyVrf } from "@polis/crypto";
import fc from "fast-check";
import { epochOf, firstSlot, slotAt, slotStart } from "./clock.ts";
import { drawLeader } from "./drawLeader.ts";
import { accumulate, epochRandomness, genesisAccumulator, vrfInput } from "./randomness.ts";
import { type Participant, takeSnapshot } from "./snapshot.ts";

const account = (byte: string): Digest => digest(byte.repeat(32));
const krat = (amount: bigint) => amount * 10n ** 12n;
const healthy = { clock: "Healthy", bootstrap: false } as const;

const three: readonly Participant[] = [
  { ...healthy, account: account("03"), stake: krat(1_000_000n), credits: 100 },
  { ...healthy, account: account("01"), stake: 0n, credits: 100, bootstrap: true },
  { ...healthy, account: account("02"), stake: krat(50_000n), credits: 1 },
];
const randomness = Uint8Array.fromHex("b802d399a0beb30ac960f4b0ac0de63ffd038003e963c2193ac18f6b16bfebff");

test("the draw of kratos-core 6.5", () => {
  const snapshot = takeSnapshot(three);
  assert.equal(snapshot.total, 88844392045128472165822n);
  const leader = account("03");
  assert.deepEqual(drawLeader(snapshot, randomness, slot(600)), { point: 40682722510495380784866n, leader });
  assert.deepEqual(drawLeader(snapshot, randomness, slot(605)), { point: 9066995337463908149277n, leader });
});

test("over the 20,000 slots of the text the shares are those of the text", () => {
  const snapshot = takeSnapshot(three);
  const counts = new Map<string, number>();
  for (let i = 0; i < 20_000; i++) {
    const { leader } = drawLeader(snapshot, randomness, slot(i))!;
    counts.set(leader, (counts.get(leader) ?? 0) + 1);
  }
  // 0.98 %, 3.29 % and 95.74 %; the weights are 0.96 %, 3.22 % and 95.82 %.
  assert.deepEqual(
    ["01", "02", "03"].map((byte) => counts.get(account(byte))),
    [195, 658, 19_147],
  );
});

test("over 100,000 slots leaders are drawn as often as they weigh (chi-square, I9)", () => {
  const SLOTS = 100_000;
  const snapshot = takeSnapshot(three);
  const counts = new Map<string, number>();
  for (let i = 0; i < SLOTS; i++) {
    const { leader } = drawLeader(snapshot, randomness, slot(1_000_000 + i))!;
    counts.set(leader, (counts.get(leader) ?? 0) + 1);
  }
  const chiSquare = snapshot.candidates.reduce((sum, { account: of, weight }) => {
    const expected = (SLOTS * Number((weight << 53n) / snapshot.total)) / 2 ** 53;
    return sum + ((counts.get(of) ?? 0) - expected) ** 2 / expected;
  }, 0);
  // 2 degrees of freedom: 99.9 % of all honest runs stay below.
  assert.ok(chiSquare < 13.8, `chi-square ${chiSquare}`);
});

test("a snapshot does not depend on the order, and refuses an account that comes twice", () => {
  assert.deepEqual(takeSnapshot([...three].reverse()), takeSnapshot(three));
  assert.throws(() => takeSnapshot([...three, three[0]!]), /twice/);
  assert.equal(drawLeader(takeSnapshot([]), randomness, slot(1)), undefined);
});

test("faulty clocks everywhere leave the plain weights, and lost credits equal ones (kratos-core 6.4)", () => {
  const excluded = three.map((participant) => ({ ...participant, clock: "Excluded" as const }));
  assert.deepEqual(takeSnapshot(excluded), takeSnapshot(three));
  const poor = three.map((participant) => ({ ...participant, credits: 0 }));
  assert.deepEqual(
    takeSnapshot(poor).candidates.map(({ weight }) => weight),
    [1n, 1n, 1n],
  );
});

test("nobody without weight is ever drawn", () => {
  const mixed = takeSnapshot([...three, { ...healthy, account: account("00"), stake: krat(50_000n), credits: 0 }]);
  fc.assert(
    fc.property(fc.maxSafeNat(), (at) => {
      assert.notEqual(drawLeader(mixed, randomness, slot(at))!.leader, account("00"));
    }),
  );
});

test("a key has one output for a slot; blocks and epochs move the randomness", () => {
  const secret = new Uint8Array(32).fill(7);
  const genesis = genesisAccumulator(new Uint8Array(32).fill(1));
  const first = epochRandomness(epoch(0), genesis);
  const { proof, output } = proveVrf(secret, vrfInput(first, slot(5)));
  assert.deepEqual(proveVrf(secret, vrfInput(first, slot(5))).output, output);
  assert.notDeepEqual(proveVrf(secret, vrfInput(first, slot(6))).output, output);
  const next = accumulate(genesis, output);
  assert.notDeepEqual(next, genesis);
  assert.notDeepEqual(epochRandomness(epoch(1), next), epochRandomness(epoch(1), genesis));
  assert.notDeepEqual(epochRandomness(epoch(1), next), epochRandomness(epoch(2), next));
  assert.equal(verifyVrf(new Uint8Array(32), vrfInput(first, slot(5)), proof), undefined);
});

test("slots and epochs of kratos-core 1.2", () => {
  const clock = { genesis: seconds(1_000), slotSeconds: 6, slotsPerEpoch: 600 };
  assert.equal(slotAt(clock, seconds(999)), undefined);
  assert.equal(slotAt(clock, seconds(1_000)), 0);
  assert.equal(slotAt(clock, seconds(1_005)), 0);
  assert.equal(slotAt(clock, seconds(1_006)), 1);
  assert.equal(slotStart(clock, slot(601)), 4_606);
  assert.equal(epochOf(clock, slot(599)), 0);
  assert.equal(epochOf(clock, slot(600)), 1);
  assert.equal(firstSlot(clock, epoch(2)), 1_200);
});
