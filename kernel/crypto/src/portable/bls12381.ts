import { bls12_381 as curve } from "@noble/curves/bls12-381.js";
import { bytesToBigInt } from "@polis/codec";
import { ceremonyG2 } from "../curves/bls12381Points.ts";
import { bls12381Encoding } from "../curves/encodings.ts";
import type { Bls12381 } from "../curves/types.ts";
import { createCurvePoints } from "./curvePoints.ts";

const points = createCurvePoints(curve, bls12381Encoding);
const { Fp12, Fr } = curve.fields;
const G1 = curve.G1.Point;
const G2 = curve.G2.Point;
type G1Point = typeof G1.BASE;
type G2Point = typeof G2.BASE;
// The library's types say that these take a list and give affine coordinates; G1 takes one number, and both give points.
const mapToG1 = curve.G1.mapToCurve as unknown as (u: bigint) => G1Point;
const mapToG2 = curve.G2.mapToCurve as unknown as (u: readonly bigint[]) => G2Point;

/** BLS12-381 in JavaScript. */
export const bls12381: Bls12381 = {
  g1Add(input) {
    if (input.length !== 256) return undefined;
    const a = points.readG1(input, 0);
    const b = points.readG1(input, 128);
    return a === undefined || b === undefined ? undefined : points.writeG1(a.add(b));
  },
  g1MultiExp(input) {
    if (input.length === 0 || input.length % 160 !== 0) return undefined;
    let sum = G1.ZERO;
    for (let at = 0; at < input.length; at += 160) {
      const point = points.readG1(input, at);
      if (point === undefined || !(point.is0() || point.isTorsionFree())) return undefined;
      sum = sum.add(point.multiplyUnsafe(points.readScalar(input, at + 128)));
    }
    return points.writeG1(sum);
  },
  g2Add(input) {
    if (input.length !== 512) return undefined;
    const a = points.readG2(input, 0);
    const b = points.readG2(input, 256);
    return a === undefined || b === undefined ? undefined : points.writeG2(a.add(b));
  },
  g2MultiExp(input) {
    if (input.length === 0 || input.length % 288 !== 0) return undefined;
    let sum = G2.ZERO;
    for (let at = 0; at < input.length; at += 288) {
      const point = points.readG2(input, at);
      if (point === undefined || !(point.is0() || point.isTorsionFree())) return undefined;
      sum = sum.add(point.multiplyUnsafe(points.readScalar(input, at + 256)));
    }
    return points.writeG2(sum);
  },
  pairingIsOne: (input) => (input.length > 0 && input.length % 384 === 0 ? points.pairingIsOne(input) : undefined),
  mapToG1(input) {
    const u = input.length === 64 ? points.readField(input, 0) : undefined;
    return u === undefined ? undefined : points.writeG1(mapToG1(u));
  },
  mapToG2(input) {
    if (input.length !== 128) return undefined;
    const c0 = points.readField(input, 0);
    const c1 = points.readField(input, 64);
    return c0 === undefined || c1 === undefined ? undefined : points.writeG2(mapToG2([c0, c1]));
  },
  verifyOpening(commitment, z, y, proof) {
    const [zScalar, yScalar] = [z, y].map((bytes) => (bytes.length === 32 ? bytesToBigInt(bytes) : Fr.ORDER));
    if (zScalar! >= Fr.ORDER || yScalar! >= Fr.ORDER) return false;
    const c = readCompressed(commitment);
    const opening = readCompressed(proof);
    if (c === undefined || opening === undefined) return false;
    const left = c.subtract(G1.BASE.multiplyUnsafe(yScalar!)).add(opening.multiplyUnsafe(zScalar!));
    if (left.is0() || opening.is0()) return left.is0() && opening.is0();
    const secret = points.readG2(ceremonyG2, 0)!;
    const product = curve.pairingBatch([
      { g1: left, g2: G2.BASE.negate() },
      { g1: opening, g2: secret },
    ]);
    return Fp12.eql(product, Fp12.ONE);
  },
};

/** A point of the subgroup, infinity allowed, from its 48 compressed bytes. */
function readCompressed(bytes: Uint8Array): G1Point | undefined {
  if (bytes.length !== 48 || (bytes[0]! & 0x80) === 0) return undefined;
  try {
    const point = G1.fromBytes(bytes);
    return point.is0() || point.isTorsionFree() ? point : undefined;
  } catch {
    return undefined;
  }
}
