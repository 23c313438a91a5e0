import assert from "node:assert/strict";
import { test } from "node:test";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { bn254 } from "@noble/curves/bn254.js";
import { createG1Splitting, createG2Splitting } from "../native/bls12381Split.ts";
import { createG1Subgroup, createG2Subgroup } from "../native/bls12381Subgroup.ts";
import { createBn254Subgroup } from "../native/bn254Subgroup.ts";
import { createMcl, mclCurves } from "../native/mcl.ts";
import { createMclPoints } from "../native/mclPoints.ts";
import { createCurvePoints } from "../portable/curvePoints.ts";
import { bls12381Encoding, bn254Encoding } from "./encodings.ts";

/** Points of the twist of alt_bn128, most of them outside G2, from small x. */
function* twistPoints() {
  const { Fp2 } = bn254.fields;
  const { Point } = bn254.G2;
  for (let i = 1n; i < 40n; i++) {
    const x = Fp2.create({ c0: i, c1: 3n * i });
    try {
      yield Point.fromAffine({ x, y: Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), Point.CURVE().b)) });
    } catch {
      // Half of all x are of no point.
    }
  }
}

/** By doubling and adding: the library's multiplication takes scalars below the group order only. */
function times<P extends { double(): P; add(other: P): P; subtract(other: P): P }>(base: P, scalar: bigint): P {
  let result = base.subtract(base);
  for (const bit of scalar.toString(2)) {
    result = result.double();
    if (bit === "1") result = result.add(base);
  }
  return result;
}

/** Points of BLS12-381, most of them outside G1. */
function* curvePoints() {
  const { Fp } = bls12_381.fields;
  const { Point } = bls12_381.G1;
  for (let x = 1n; x < 40n; x++) {
    try {
      yield Point.fromAffine({ x, y: Fp.sqrt(Fp.add(Fp.mul(Fp.sqr(x), x), 4n)) });
    } catch {
      // As above.
    }
  }
}

test("the fast test of G2 of alt_bn128 knows the subgroup, its cofactor's subgroups and their sums", () => {
  const mcl = createMcl(mclCurves.bn254);
  const points = createMclPoints(mcl, bn254Encoding);
  const inG2 = createBn254Subgroup(mcl, points);
  const portable = createCurvePoints(bn254, bn254Encoding);
  const at = mcl._malloc(288);
  const { BASE } = bn254.G2.Point;
  const { n, h } = bn254.G2.Point.CURVE();
  const check = (point: typeof BASE, expected: boolean) => {
    assert.equal(points.readG2(at, portable.writeG2(point), 0), true);
    assert.equal(inG2(at), expected);
    assert.equal(mcl._mclBnG2_isValidOrder(at) === 1, expected);
  };
  let count = 0;
  for (const point of twistPoints()) {
    if (++count > 8) break;
    check(point, false);
    check(times(point, h!), true);
    check(times(point, n), false);
    check(times(point, n).add(BASE), false);
  }
  assert.ok(count > 8);
  check(BASE, true);
  check(BASE.multiply(12345n), true);
});

test("a point of order 10,069 and 5,864,401 of the twist does not pass for one of G2", () => {
  const mcl = createMcl(mclCurves.bn254);
  const points = createMclPoints(mcl, bn254Encoding);
  const inG2 = createBn254Subgroup(mcl, points);
  const portable = createCurvePoints(bn254, bn254Encoding);
  const at = mcl._malloc(288);
  const { n, h } = bn254.G2.Point.CURVE();
  for (const order of [10_069n, 5_864_401n]) {
    assert.equal(h! % order, 0n);
    let found = 0;
    for (const start of twistPoints()) {
      const point = times(start, (n * h!) / order);
      if (point.is0() || found === 3) continue;
      found++;
      assert.ok(times(point, order).is0());
      assert.equal(points.readG2(at, portable.writeG2(point), 0), true);
      assert.equal(inG2(at), false);
      assert.equal(points.readG2(at, portable.writeG2(point.add(bn254.G2.Point.BASE)), 0), true);
      assert.equal(inG2(at), false);
    }
    assert.equal(found, 3);
  }
});

test("the fast test of G1 of BLS12-381 knows the subgroup, small orders and sums", () => {
  const mcl = createMcl(mclCurves.bls12381);
  const points = createMclPoints(mcl, bls12381Encoding);
  const inG1 = createG1Subgroup(mcl, createG1Splitting(mcl, points));
  const portable = createCurvePoints(bls12_381, bls12381Encoding);
  const at = mcl._malloc(144);
  const { Point } = bls12_381.G1;
  const check = (point: typeof Point.BASE, expected: boolean) => {
    assert.equal(points.readG1(at, portable.writeG1(point), 0), true);
    assert.equal(inG1(at), expected);
    assert.equal(mcl._mclBnG1_isValidOrder(at) === 1, expected);
  };
  check(Point.BASE, true);
  check(Point.BASE.multiply(777n), true);
  // (0, 2) has order 3, which divides the cofactor.
  check(Point.fromAffine({ x: 0n, y: 2n }), false);
  check(Point.fromAffine({ x: 0n, y: 2n }).add(Point.BASE), false);
  let count = 0;
  for (const point of curvePoints()) {
    count++;
    const inside = point.isTorsionFree();
    check(point, inside);
    check(point.clearCofactor(), true);
    check(point.add(Point.BASE), inside);
  }
  assert.ok(count > 10);
});

test("the fast test of G2 of BLS12-381 knows the subgroup, its cofactor's subgroups, small orders and sums", () => {
  const mcl = createMcl(mclCurves.bls12381);
  const points = createMclPoints(mcl, bls12381Encoding);
  const inG2 = createG2Subgroup(mcl, createG2Splitting(mcl, points));
  const portable = createCurvePoints(bls12_381, bls12381Encoding);
  const at = mcl._malloc(288);
  const { Fp2 } = bls12_381.fields;
  const { Point } = bls12_381.G2;
  const { n, h } = Point.CURVE();
  const check = (point: typeof Point.BASE, expected: boolean) => {
    assert.equal(points.readG2(at, portable.writeG2(point), 0), true);
    assert.equal(inG2(at), expected);
    assert.equal(mcl._mclBnG2_isValidOrder(at) === 1, expected);
  };
  check(Point.BASE, true);
  check(Point.BASE.multiply(777n), true);
  let count = 0;
  // 13 and 23 are the smallest primes of the cofactor.
  const smallOrders = [169n, 529n].map((order) => (n * h!) / order);
  for (let i = 1n; count < 6; i++) {
    const x = Fp2.create({ c0: i, c1: i });
    let point = Point.ZERO;
    try {
      point = Point.fromAffine({ x, y: Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), Point.CURVE().b)) });
    } catch {
      continue;
    }
    count++;
    check(point, false);
    check(times(point, h!), true);
    check(times(point, n), false);
    check(times(point, n).add(Point.BASE), false);
    for (const cofactor of smallOrders) {
      const small = times(point, cofactor);
      if (!small.is0()) check(small, false);
    }
  }
});
