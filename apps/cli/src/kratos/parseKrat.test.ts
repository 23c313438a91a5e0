import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseKrat } from "./parseKrat.ts";

test("an amount is exact to the base unit, and nothing else is an amount (14.4)", () => {
  assert.equal(parseKrat("1.5"), 1_500_000_000_000n);
  assert.equal(parseKrat("0.000000000001"), 1n);
  for (const text of ["", "1.", ".5", "01", "-1", "1e3", "1,5", "0.0000000000001", " 1", "1 ", "1_000"]) {
    assert.equal(parseKrat(text), undefined, text);
  }
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 27n - 1n), (units) => {
      const text = `${units / 10n ** 12n}.${String(units % 10n ** 12n).padStart(12, "0")}`;
      assert.equal(parseKrat(text), units);
    }),
  );
});
