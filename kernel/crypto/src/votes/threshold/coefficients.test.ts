import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { combinationCoefficients } from "./coefficients.ts";
import { delta } from "./delta.ts";
import { blsOrder, invertModOrder, modOrder } from "./valuations.ts";

/** The plain integers c_i = Δ·λ_i of K11, from the two-step form. */
function plain(n: number, subset: readonly number[]): readonly bigint[] {
  const { integers, multiplier } = combinationCoefficients(n, subset);
  return integers.map((integer) => integer * multiplier);
}

test("the worked example of the specification, n = 6 and f = 1 (kairos 3.6)", () => {
  assert.equal(delta(6, 3), 120n);
  assert.equal(delta(6, 5), 10n);
  const rows: readonly (readonly [number[], bigint, bigint[]])[] = [
    [[1, 2, 3], 1n, [360n, -360n, 120n]],
    [[1, 3, 6], 5n, [216n, -120n, 24n]],
    [[1, 2, 3, 4, 5], 1n, [50n, -100n, 100n, -50n, 10n]],
    [[1, 2, 3, 4, 6], 5n, [48n, -90n, 80n, -30n, 2n]],
  ];
  for (const [subset, denominator, expected] of rows) {
    assert.deepEqual(plain(6, subset), expected);
    assert.equal(combinationCoefficients(6, subset).denominator, denominator);
  }
  const { integers, multiplier } = combinationCoefficients(6, [1, 3, 6]);
  assert.deepEqual([integers, multiplier], [[9n, -5n, 1n], 24n]);
});

test("the sizes of Δ in the specification's table", () => {
  const bits = (value: bigint) => value.toString(2).length;
  const rows: readonly (readonly number[])[] = [
    [6, 1, 7, 4],
    [11, 2, 21, 18],
    [16, 3, 40, 32],
    [26, 5, 82, 70],
    [50, 9, 203, 177],
  ];
  for (const [n, f, m, l] of rows) {
    assert.deepEqual([bits(delta(n!, 2 * f! + 1)), bits(delta(n!, n! - f!))], [m, l], `n = ${n}`);
  }
});

/** Every subset of `size` numbers of 1..n. */
function subsetsOf(n: number, size: number, from = 1): number[][] {
  if (size === 0) return [[]];
  const out: number[][] = [];
  for (let first = from; first <= n - size + 1; first++) {
    for (const rest of subsetsOf(n, size - 1, first + 1)) out.push([first, ...rest]);
  }
  return out;
}

/** λ_i as a reduced fraction, straight from its definition. */
function fraction(own: number, subset: readonly number[]): { top: bigint; bottom: bigint } {
  let [top, bottom] = [1n, 1n];
  for (const j of subset) {
    if (j === own) continue;
    top *= BigInt(j);
    bottom *= BigInt(j - own);
  }
  let [a, b] = [top < 0n ? -top : top, bottom < 0n ? -bottom : bottom];
  while (b !== 0n) [a, b] = [b, a % b];
  const sign = bottom < 0n ? -1n : 1n;
  return { top: (sign * top) / a, bottom: (sign * bottom) / a };
}

test("Δ is the least integer that clears every denominator, by trying every subset up to n = 9", () => {
  for (let n = 1; n <= 9; n++) {
    for (let t = 1; t <= n; t++) {
      let least = 1n;
      for (const subset of subsetsOf(n, t)) {
        for (const own of subset) {
          const { top, bottom } = fraction(own, subset);
          let [a, b] = [least, bottom];
          while (b !== 0n) [a, b] = [b, a % b];
          least = (least / a) * bottom;
          const at = subset.indexOf(own);
          assert.equal(plain(n, subset)[at]! * bottom, delta(n, t) * top, `n=${n} S=${subset} i=${own}`);
        }
      }
      assert.equal(delta(n, t), least, `n=${n} t=${t}`);
    }
  }
});

/** A size, a threshold and a random subset. */
function subsetOf(n: number): fc.Arbitrary<{ n: number; subset: number[] }> {
  return fc
    .subarray(
      Array.from({ length: n }, (_, i) => i + 1),
      { minLength: 1 },
    )
    .map((subset) => ({ n, subset: subset.sort((a, b) => a - b) }));
}

test("combining agrees with interpolation modulo the group order", () => {
  const chosen = fc.constantFrom(6, 7, 11, 50, 101).chain(subsetOf);
  fc.assert(
    fc.property(chosen, ({ n, subset }) => {
      const expected = subset.map((i) => {
        let value = modOrder(delta(n, subset.length));
        for (const j of subset) {
          if (j !== i) value = (value * BigInt(j) * invertModOrder(BigInt(j - i))) % blsOrder;
        }
        return value;
      });
      assert.deepEqual(plain(n, subset).map(modOrder), expected);
      assert.equal(
        expected.reduce((sum, c) => modOrder(sum + c)),
        modOrder(delta(n, subset.length)),
      );
    }),
    { numRuns: 40 },
  );
});
