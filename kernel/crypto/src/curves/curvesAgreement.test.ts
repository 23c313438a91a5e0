import assert from "node:assert/strict";
import { test } from "node:test";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { bigIntToBytes, concatBytes } from "@polis/codec";
import fc from "fast-check";
import * as native from "../native/curves.ts";
import { createCurvePoints } from "../portable/curvePoints.ts";
import * as portable from "../portable/curves.ts";
import { bls12381Encoding } from "./encodings.ts";

const { bn254, bls12381 } = native;
const bnG1 = Uint8Array.fromHex("1".padStart(64, "0") + "2".padStart(64, "0"));
const bnG2 = Uint8Array.fromHex(
  [
    "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2",
    "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed",
    "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b",
    "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa",
  ].join(""),
);
const bnPrime = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n;

const scalar = fc.uint8Array({ minLength: 32, maxLength: 32 });
const field = scalar.map((bytes) => concatBytes(new Uint8Array(32), bytes));
const zeros = (bytes: number) => fc.constant(new Uint8Array(bytes));
/** Points of each group, now and then infinity. */
const bnPoint = fc.oneof(
  { weight: 5, arbitrary: scalar.map((k) => bn254.multiply(concatBytes(bnG1, k))!) },
  { weight: 1, arbitrary: zeros(64) },
);
const g1 = fc.oneof(
  { weight: 5, arbitrary: field.map((u) => bls12381.mapToG1(u)!) },
  { weight: 1, arbitrary: zeros(128) },
);
const g2 = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(field, field).map(([a, b]) => bls12381.mapToG2(concatBytes(a, b))!) },
  { weight: 1, arbitrary: zeros(256) },
);

type Operation = (provider: typeof native) => (input: Uint8Array) => Uint8Array | boolean | undefined;

/** Both providers' answer, which must be one, for an input and for it with a byte changed, cut and extended. */
function agree(operation: Operation, input: Uint8Array, at: number, change: number): void {
  const changed = input.slice();
  if (input.length > 0) changed[at % input.length]! ^= change;
  for (const one of [input, changed, input.subarray(0, input.length - 1), concatBytes(input, new Uint8Array(1))]) {
    const answers = [native, portable].map((provider) => operation(provider)(one));
    assert.deepEqual(answers[0], answers[1], one.toHex());
  }
}

function check(name: string, operation: Operation, inputs: fc.Arbitrary<Uint8Array>, numRuns: number): void {
  test(`${name}: native and portable agree`, () => {
    const property = fc.property(inputs, fc.nat(), fc.integer({ min: 1, max: 255 }), (input, at, change) =>
      agree(operation, input, at, change),
    );
    fc.assert(property, { numRuns });
  });
}

const join = (...parts: readonly fc.Arbitrary<Uint8Array>[]) => fc.tuple(...parts).map((all) => concatBytes(...all));
const list = (item: fc.Arbitrary<Uint8Array>, maxLength: number) =>
  fc.array(item, { maxLength }).map((all) => concatBytes(...all));

check("alt_bn128 addition", ({ bn254 }) => bn254.add, join(bnPoint, bnPoint), 60);
check("alt_bn128 multiplication", ({ bn254 }) => bn254.multiply, join(bnPoint, scalar), 30);
check("alt_bn128 pairing", ({ bn254 }) => bn254.pairingIsOne, list(join(bnPoint, fc.constant(bnG2)), 2), 6);
check("G1 addition", ({ bls12381 }) => bls12381.g1Add, join(g1, g1), 40);
check("G2 addition", ({ bls12381 }) => bls12381.g2Add, join(g2, g2), 40);
check("G1 sums", ({ bls12381 }) => bls12381.g1MultiExp, list(join(g1, scalar), 4), 10);
check("G2 sums", ({ bls12381 }) => bls12381.g2MultiExp, list(join(g2, scalar), 3), 6);
check("BLS pairing", ({ bls12381 }) => bls12381.pairingIsOne, list(join(g1, g2), 2), 6);
check("map to G1", ({ bls12381 }) => bls12381.mapToG1, field, 20);
check("map to G2", ({ bls12381 }) => bls12381.mapToG2, join(field, field), 10);

/** Scalars where splitting and windows meet their ends. */
const order = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;
const parameter = 0xd201000000010000n;
const edges = [0n, 1n, 2n, parameter, parameter ** 2n, parameter ** 3n, order - 1n, order, order + 1n];
const edgeScalar = fc.oneof(
  scalar,
  fc
    .tuple(fc.constantFrom(...edges, (1n << 256n) - 2n), fc.constantFrom(-1n, 0n, 1n))
    .map(([edge, step]) => bigIntToBytes(edge + step < 0n ? 0n : edge + step, 32)),
);

test("a sum of many is the sum of each, with scalars at the edges and points that repeat", () => {
  const groups = [
    [g1, bls12381.g1MultiExp, bls12381.g1Add],
    [g2, bls12381.g2MultiExp, bls12381.g2Add],
  ] as const;
  for (const [point, sumOf, add] of groups) {
    const items = fc.tuple(fc.array(point, { minLength: 1, maxLength: 4 }), fc.array(edgeScalar, { maxLength: 40 }));
    const property = fc.property(items, ([bases, scalars]) => {
      const all = scalars.map((one, i) => concatBytes(bases[i % bases.length]!, one));
      if (all.length === 0) return;
      const single = all.map((item) => sumOf(item)!).reduce((sum, one) => add(concatBytes(sum, one))!);
      assert.deepEqual(sumOf(concatBytes(...all)), single);
    });
    fc.assert(property, { numRuns: 40 });
  }
});

test("sums longer than a chunk are the sums of their parts", () => {
  const item = (i: number) => concatBytes(bls12381.mapToG1(concatBytes(new Uint8Array(63), Uint8Array.of(i % 7)))!);
  const scalarOf = (i: number) => concatBytes(new Uint8Array(30), Uint8Array.of(i >> 8, i));
  const all = Array.from({ length: 530 }, (_, i) => concatBytes(item(i), scalarOf(i)));
  const whole = bls12381.g1MultiExp(concatBytes(...all))!;
  const parts = [all.slice(0, 300), all.slice(300)].map((part) => bls12381.g1MultiExp(concatBytes(...part))!);
  assert.deepEqual(whole, bls12381.g1Add(concatBytes(...parts)));
});

test("a product of more pairings than a chunk is one when they cancel, in both curves", () => {
  const negated = bnG1.slice();
  negated.set(Uint8Array.fromHex((bnPrime - 2n).toString(16)), 32);
  const pairs = Array.from({ length: 130 }, (_, i) => concatBytes(i % 2 === 0 ? bnG1 : negated, bnG2));
  assert.equal(bn254.pairingIsOne(concatBytes(...pairs)), true);
  assert.equal(bn254.pairingIsOne(concatBytes(...pairs.slice(1))), false);
});

test("points of the curve outside the subgroup add, and neither multiply nor pair", () => {
  const points = createCurvePoints(bls12_381, bls12381Encoding);
  const outside = points.writeG1(bls12_381.G1.Point.fromAffine({ x: 0n, y: 2n }));
  const inside = bls12381.mapToG1(new Uint8Array(64))!;
  const anyG2 = bls12381.mapToG2(new Uint8Array(128))!;
  for (const { bls12381 } of [native, portable]) {
    assert.equal(bls12381.g1Add(concatBytes(outside, inside))?.length, 128);
    assert.equal(bls12381.g1MultiExp(concatBytes(outside, new Uint8Array(32))), undefined);
    assert.equal(bls12381.pairingIsOne(concatBytes(outside, new Uint8Array(256))), undefined);
    assert.equal(bls12381.pairingIsOne(concatBytes(outside, anyG2)), undefined);
    assert.equal(bls12381.pairingIsOne(concatBytes(inside, new Uint8Array(256))), true);
  }
});

test("openings: right, wrong in each part, infinity, and malformed points", () => {
  const vector = Uint8Array.fromHex(
    "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000" +
      "0000000000000000000000000000000000000000000000000000000000000001",
  );
  const [z, small] = [vector.subarray(0, 32), vector.subarray(32)];
  const zero = new Uint8Array(32);
  const infinity = Uint8Array.fromHex(`c0${"00".repeat(47)}`);
  const generator = bls12_381.G1.Point.BASE.toBytes(true);
  const order = z.slice();
  order[31] = 1;
  const malformed = [
    generator.subarray(1),
    Uint8Array.fromHex(`40${"00".repeat(47)}`),
    Uint8Array.fromHex(`e0${"00".repeat(47)}`),
    Uint8Array.fromHex(`c0${"00".repeat(46)}01`),
    Uint8Array.fromHex(`9f${"ff".repeat(47)}`),
    // x = 0 is on the curve, outside the subgroup; x = 1 is of no point.
    Uint8Array.fromHex(`80${"00".repeat(47)}`),
    Uint8Array.fromHex(`80${"00".repeat(46)}01`),
  ];
  for (const { bls12381 } of [native, portable]) {
    // The constant polynomials 0 and 1.
    assert.equal(bls12381.verifyOpening(infinity, z, zero, infinity), true);
    assert.equal(bls12381.verifyOpening(generator, z, small, infinity), true);
    assert.equal(bls12381.verifyOpening(generator, z, zero, infinity), false);
    assert.equal(bls12381.verifyOpening(infinity, z, zero, generator), false);
    assert.equal(bls12381.verifyOpening(generator, z, small, generator), false);
    assert.equal(bls12381.verifyOpening(infinity, order, zero, infinity), false);
    assert.equal(bls12381.verifyOpening(infinity, z, order, infinity), false);
    assert.equal(bls12381.verifyOpening(infinity, z.subarray(1), zero, infinity), false);
    for (const bad of malformed) {
      assert.equal(bls12381.verifyOpening(bad, z, zero, infinity), false, bad.toHex());
      assert.equal(bls12381.verifyOpening(infinity, z, zero, bad), false, bad.toHex());
    }
  }
});
