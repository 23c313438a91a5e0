import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeKce, encodeKce, epoch } from "@polis/codec";
import fc from "fast-check";
import { type CreditRecord, credits, MONTH, newCredits, totalCredits, YEAR } from "./creditRecord.ts";
import { settleDecay } from "./decayCredits.ts";
import { countVote, earnArbitration, earnSeniority, earnUptime, earnVote, mayEarnVote } from "./earnCredits.ts";
import { removeCredits } from "./removeCredits.ts";

/** One logical year of perfect participation. */
function perfectYear(factor: number): number {
  let record = newCredits(0, epoch(0));
  for (let e = 0; e < YEAR; e++) {
    for (let vote = 0; vote < 5; vote++) {
      if (!mayEarnVote(record, epoch(e))) continue;
      record = earnVote(countVote(record, epoch(e)), factor, epoch(e));
    }
    record = earnArbitration(record, epoch(e));
    record = earnUptime(record, factor, epoch(e));
    record = earnSeniority(record, epoch(e + 1));
  }
  return totalCredits(record);
}

test("a perfect year earns 298 credits, 506 in Bootstrap (I29)", () => {
  assert.equal(perfectYear(1), 298);
  assert.equal(perfectYear(2), 506);
});

test("seniority needs a month and a credit earned since the last one", () => {
  const record = newCredits(1, epoch(8));
  assert.equal(earnSeniority(record, epoch(11)), record);
  const once = earnSeniority(record, epoch(8 + MONTH));
  assert.equal(once.seniority, 5);
  assert.equal(earnSeniority(once, epoch(8 + 2 * MONTH)), once);
  const active = earnUptime(once, 1, epoch(13));
  assert.equal(earnSeniority(active, epoch(8 + 2 * MONTH)).seniority, 10);
});

const record: fc.Arbitrary<CreditRecord> = fc
  .tuple(fc.nat(5_000), fc.nat(5_000), fc.nat(5_000), fc.nat(5_000))
  .map(([vote, uptime, arbitration, seniority]) => ({
    ...newCredits(uptime, epoch(0)),
    ...{ vote, arbitration, seniority },
  }));

test("taking credits away takes exactly as many, in proportion, and leaves none negative (I28)", () => {
  fc.assert(
    fc.property(record, fc.double({ min: 0, max: 1, noNaN: true }), (before, part) => {
      const total = totalCredits(before);
      const amount = Math.floor(total * part);
      const after = removeCredits(before, amount);
      assert.equal(totalCredits(after), total - amount);
      for (const kind of ["vote", "uptime", "arbitration", "seniority"] as const) {
        assert.ok(after[kind] >= 0 && after[kind] <= before[kind]);
        const share = total === 0 ? 0 : (before[kind] * amount) / total;
        assert.ok(Math.abs(before[kind] - after[kind] - share) < 2);
      }
    }),
  );
  assert.throws(() => removeCredits(newCredits(1, epoch(0)), 2), RangeError);
});

test("a quarter without a credit takes a tenth, at least one, never the last one (kratos-core 5.4)", () => {
  const idle = { ...newCredits(100, epoch(0)), lastCreditEpoch: epoch(0) };
  assert.equal(totalCredits(settleDecay(idle, epoch(12))), 100);
  // The first quarter holds the credit of epoch 0; the second is the first idle one.
  assert.equal(totalCredits(settleDecay(idle, epoch(13))), 100);
  assert.equal(totalCredits(settleDecay(idle, epoch(26))), 90);
  assert.equal(totalCredits(settleDecay(settleDecay(idle, epoch(26)), epoch(30))), 90);
  assert.equal(totalCredits(settleDecay(newCredits(5, epoch(0)), epoch(39))), 3);
  assert.equal(totalCredits(settleDecay(idle, epoch(1_000_000))), 1);
});

test("settling quarter by quarter or all at once is the same", () => {
  fc.assert(
    fc.property(record, fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }), (start, first, more) => {
      const stepwise = settleDecay(settleDecay(start, epoch(first)), epoch(first + more));
      assert.deepEqual(stepwise, settleDecay(start, epoch(first + more)));
    }),
  );
});

test("a record survives its encoding", () => {
  fc.assert(
    fc.property(record, (value) => {
      const item = credits.of("11".repeat(32) as never);
      const bytes = encodeKce(item.codec, value);
      assert.equal(bytes.length, item.maxBytes);
      assert.deepEqual(decodeKce(item.codec, bytes, item.maxBytes), { ok: true, value });
    }),
  );
});
