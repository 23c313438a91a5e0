import assert from "node:assert/strict";
import { test } from "node:test";
import { epoch, height, krat12, slot } from "@polis/codec";
import fc from "fast-check";
import { KRAT } from "../../params/chainParams.ts";
import { ChainWorld } from "../../testing/chainWorld.ts";
import { credits, totalCredits } from "../credits/creditRecord.ts";
import { epochData } from "../epoch/epochData.ts";
import { RegisterValidator } from "../validators/registerValidator.ts";
import { ClockAttest } from "./clockAttest.ts";
import { type ClockSign, showClock } from "./clockEvent.ts";
import { clocks, isOut } from "./clockRecord.ts";

function world(n: number): ChainWorld {
  const made = new ChainWorld(n, 100_000n);
  for (let i = 0; i < n; i++) made.send(i, RegisterValidator.of({ stake: krat12(50_000n * KRAT) }));
  return made;
}

const show = (made: ChainWorld, who: number, sign: ClockSign, times: number) => {
  for (let i = 0; i < times; i++) showClock(made.context, made.people[who]!, sign);
};
const clock = (made: ChainWorld, who: number) => made.state.get(clocks.of(made.people[who]!));

test("two bad signs degrade, three good ones heal, five more bad ones exclude and cost a credit", () => {
  const made = world(4);
  show(made, 0, "bad", 1);
  show(made, 0, "good", 1);
  show(made, 0, "bad", 1);
  assert.equal(clock(made, 0).status, "Healthy");
  show(made, 0, "bad", 1);
  assert.equal(clock(made, 0).status, "Degraded");
  show(made, 0, "good", 3);
  assert.equal(clock(made, 0).status, "Healthy");
  show(made, 0, "bad", 7);
  assert.deepEqual([clock(made, 0).status, clock(made, 0).clockSyncFailures], ["Excluded", 1]);
  assert.equal(totalCredits(made.state.get(credits.of(made.people[0]!))), 0);
});

test("fewer than a third are ever out, whatever the signs (I41)", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(6), fc.constantFrom<ClockSign>("good", "bad")), { maxLength: 200 }),
      (signs) => {
        const made = world(7);
        for (const [who, sign] of signs) show(made, who, sign, 1);
        const out = made.people.filter((account) => isOut(made.state.get(clocks.of(account)))).length;
        assert.ok(3 * out < made.state.get(epochData).active.length);
      },
    ),
    { numRuns: 50 },
  );
});

test("attestations bring an excluded validator back after an epoch, and only its own clock can", () => {
  const made = world(4);
  const attest = (ago = 0) => made.trySend(0, ClockAttest.of({ slot: slot(made.number - ago) }));
  const code = (applied: ReturnType<typeof attest>) => ("invalid" in applied ? applied.invalid : applied.receipt.code);
  assert.equal(code(attest()), "NotExcluded");
  show(made, 0, "bad", 7);
  assert.equal(code(attest(0)), undefined);
  assert.equal(clock(made, 0).status, "Excluded");
  assert.equal(code(attest(0)), "AttestedAlready");
  made.wait(1_300);
  assert.equal(code(attest(3)), "AttestationTooOld");
  assert.equal(code(attest(-1)), "AttestationTooOld");
  assert.equal(code(attest(2)), undefined);
  assert.equal(clock(made, 0).status, "Recovering");
  show(made, 0, "good", 9);
  assert.equal(clock(made, 0).status, "Recovering");
  for (let i = 0; i < 5; i++) {
    assert.equal(clock(made, 0).status, "Recovering");
    made.wait(10);
    assert.equal(code(attest()), undefined);
  }
  assert.equal(clock(made, 0).status, "Healthy");
});

test("a long gap between attestations starts the streak again", () => {
  const made = world(4);
  const account = made.people[0]!;
  const recovering = { ...clock(made, 0), status: "Recovering", goodStreak: 4, lastAttestedSlot: slot(1) } as const;
  made.state.set(clocks.of(account), { ...recovering, sinceEpoch: epoch(0), lastAttestedIn: height(0) });
  made.wait(150);
  made.send(0, ClockAttest.of({ slot: slot(made.number) }));
  assert.deepEqual([clock(made, 0).status, clock(made, 0).goodStreak], ["Recovering", 1]);
});
