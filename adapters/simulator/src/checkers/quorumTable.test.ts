import assert from "node:assert/strict";
import { test } from "node:test";
import { quorumOf } from "./quorumTable.ts";

test("the table has the published rows and the required intersections", () => {
  assert.deepEqual(quorumOf(1), { m: 1, l: 1, f: 0 });
  assert.deepEqual(quorumOf(6), { m: 3, l: 5, f: 1 });
  assert.deepEqual(quorumOf(11), { m: 5, l: 9, f: 2 });
  assert.deepEqual(quorumOf(16), { m: 7, l: 13, f: 3 });
  assert.deepEqual(quorumOf(50), { m: 19, l: 41, f: 9 });
  for (let n = 1; n <= 300; n++) {
    const { m, l, f } = quorumOf(n);
    assert.ok(f === 0 ? n <= 5 : n >= 5 * f + 1 && n < 5 * (f + 1) + 1, `f for ${n}`);
    assert.ok(m + l > n + f && 2 * m <= l + 1, `intersection for ${n}`);
  }
  assert.throws(() => quorumOf(301), RangeError);
  assert.throws(() => quorumOf(0), RangeError);
});
