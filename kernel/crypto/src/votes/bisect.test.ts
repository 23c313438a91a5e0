import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bisect } from "./bisect.ts";
import { BoundedMap } from "./boundedMap.ts";

test("the bad members are found exactly, within the checks that kairos K16 allows", () => {
  const groups = fc
    .integer({ min: 1, max: 200 })
    .chain((n) => fc.tuple(fc.constant(n), fc.uniqueArray(fc.nat({ max: n - 1 }), { minLength: 1, maxLength: n })));
  fc.assert(
    fc.property(groups, ([n, bad]) => {
      let checks = 0;
      const found = bisect(
        Array.from({ length: n }, (_, i) => i),
        (group) => {
          checks++;
          return !group.some((member) => bad.includes(member));
        },
      );
      assert.deepEqual(
        found,
        bad.sort((a, b) => a - b),
      );
      assert.ok(checks <= 2 * bad.length * (Math.ceil(Math.log2(n)) + 1), `${checks} checks`);
    }),
  );
});

test("a bounded map forgets its oldest entry and never grows beyond its limit", () => {
  const map = new BoundedMap<number, string>(3);
  for (const key of [1, 2, 3]) map.set(key, `${key}`);
  map.set(1, "again");
  map.set(4, "4");
  assert.deepEqual([map.size, map.get(2), map.get(1), map.get(3), map.get(4)], [3, undefined, "again", "3", "4"]);
});
