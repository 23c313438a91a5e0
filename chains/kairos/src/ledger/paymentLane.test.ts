import assert from "node:assert/strict";
import { test } from "node:test";
import type { VerifiedTransaction } from "../transaction/types.ts";
import { createPaymentLane } from "./paymentLane.ts";

const of = (type: number, gas: bigint, dataBytes = 0) =>
  ({
    transaction: { type, gas, to: "11".repeat(20), data: new Uint8Array(dataBytes) },
  }) as unknown as VerifiedTransaction;
const payment = of(0x4b, 21_000n);
const transfer = of(2, 21_000n);
const call = of(2, 100_000n, 4);

test("M4: contracts share what the lane leaves, payments and plain transfers may use all", () => {
  const lane = createPaymentLane(400_000n, 50);
  assert.ok(lane.admits(call, 100_000n));
  lane.took(call, 90_000n);
  assert.ok(lane.admits(call, 110_000n));
  assert.ok(!lane.admits(call, 110_001n));
  for (const open of [payment, transfer]) {
    lane.took(open, 21_000n);
    assert.ok(lane.admits(open, 400_000n));
  }
  assert.ok(lane.admits(call, 110_000n), "what payments used is not charged to contracts");
  assert.ok(!lane.admits(of(2, 21_000n, 1), 110_001n), "data makes a call");
});

test("without a lane everything is admitted, with all of it nothing but payments", () => {
  assert.ok(createPaymentLane(10n, 0).admits(call, 1_000_000n));
  const all = createPaymentLane(1_000_000n, 100);
  assert.ok(!all.admits(call, 1n));
  assert.ok(all.admits(payment, 1n));
});
