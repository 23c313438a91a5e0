import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TransactionBudget } from "./transactionBudget.ts";

test("a burst of four seconds passes, then the rate; other peers are not touched (N7)", () => {
  const budget = new TransactionBudget(100);
  assert.equal(budget.pay(1, 400, 0), true);
  assert.equal(budget.pay(1, 1, 0), false);
  assert.equal(budget.pay(2, 400, 0), true);
  assert.equal(budget.pay(1, 50, 500), true);
  assert.equal(budget.pay(1, 1, 500), false);
  budget.forget(1);
  assert.equal(budget.pay(1, 400, 500), true);
});

test("never more than the burst and the rate, whatever the order of batches", () => {
  const batch = fc.record({ count: fc.integer({ min: 1, max: 256 }), afterMs: fc.nat(300) });
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 60 }), (batches) => {
      const budget = new TransactionBudget(100);
      let nowMs = 0;
      let passed = 0;
      for (const { count, afterMs } of batches) {
        nowMs += afterMs;
        if (budget.pay(7, count, nowMs)) passed += count;
        assert.ok(passed <= 400 + nowMs / 10 + 1e-6);
      }
    }),
  );
});
