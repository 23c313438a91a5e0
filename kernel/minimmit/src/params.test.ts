import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError } from "./errors.ts";
import { checkConfig, maxFaults, quorums, timeoutAfter } from "./params.ts";
import { testConfig } from "./testing/config.ts";

test("quorums hold their inequalities for n = 1..300 (4.1)", () => {
  for (let n = 1; n <= 300; n++) {
    for (let f = 0; f <= n; f++) {
      if (f > maxFaults(n)) {
        assert.throws(() => quorums(n, f), ConfigError, `n=${n} f=${f}`);
        continue;
      }
      const { m, l } = quorums(n, f);
      assert.deepEqual([m, l], [2 * f + 1, n - f]);
      assert.ok(m + l > n + f && 2 * m <= l + 1);
    }
  }
  assert.deepEqual(quorums(6, 1), { n: 6, f: 1, m: 3, l: 5 });
  assert.deepEqual(quorums(11, 2), { n: 11, f: 2, m: 5, l: 9 });
  assert.deepEqual(quorums(1, 0), { n: 1, f: 0, m: 1, l: 1 });
  assert.throws(() => quorums(6.5, 1), ConfigError);
});

test("the back-off is an exact integer sequence up to its cap (R14)", () => {
  const t = (j: number): number => timeoutAfter(j, 2000 as never, 60_000 as never);
  assert.deepEqual([0, 1, 2, 3, 4, 8, 9, 1000].map(t), [2000, 3000, 4500, 6750, 10_125, 51_255, 60_000, 60_000]);
});

test("parameters that cannot work are refused (R5, R14)", () => {
  const refused = (change: object): void => {
    assert.throws(() => checkConfig(testConfig(change)), ConfigError, JSON.stringify(change));
  };
  checkConfig(testConfig());
  refused({ viewTimeoutMs: 0 });
  refused({ maxViewTimeoutMs: 399 });
  refused({ emptyBlockIntervalMs: 201 });
  refused({ maxViewLead: 0 });
  refused({ futureWindow: 0 });
  refused({ leaderMode: "random" });
});
