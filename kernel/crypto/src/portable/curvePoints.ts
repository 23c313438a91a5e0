import type { BlsCurvePair } from "@noble/curves/abstract/bls.js";
import { bigIntToBytes, bytesToBigInt } from "@polis/codec";
import { coordinateBytes, type PointEncoding } from "../curves/encodings.ts";

type G1 = BlsCurvePair["G1"]["Point"]["BASE"];
type G2 = BlsCurvePair["G2"]["Point"]["BASE"];

/** Moves points between bytes and the library's objects; readers answer undefined for what is malformed or off the curve. */
export interface CurvePoints {
  readField(input: Uint8Array, at: number): bigint | undefined;
  readG1(input: Uint8Array, at: number): G1 | undefined;
  readG2(input: Uint8Array, at: number): G2 | undefined;
  /** 32 bytes as a scalar, reduced by the group order. */
  readScalar(input: Uint8Array, at: number): bigint;
  writeG1(point: G1): Uint8Array;
  writeG2(point: G2): Uint8Array;
  /** True when the product of all pairings is one; both points of each pair are checked, subgroups included. */
  pairingIsOne(input: Uint8Array): boolean | undefined;
}

/** Points of `curve` in the given encoding. */
export function createCurvePoints(curve: BlsCurvePair, encoding: PointEncoding): CurvePoints {
  const { Fp, Fp2, Fp12, Fr } = curve.fields;
  const width = coordinateBytes(encoding);
  function readField(input: Uint8Array, at: number): bigint | undefined {
    const value = bytesToBigInt(input.subarray(at, at + width));
    return value < Fp.ORDER ? value : undefined;
  }
  function readG1(input: Uint8Array, at: number): G1 | undefined {
    const x = readField(input, at);
    const y = readField(input, at + width);
    if (x === undefined || y === undefined) return undefined;
    if (x === 0n && y === 0n) return curve.G1.Point.ZERO;
    const right = Fp.add(Fp.mul(Fp.sqr(x), x), curve.G1.Point.CURVE().b);
    return Fp.eql(Fp.sqr(y), right) ? curve.G1.Point.fromAffine({ x, y }) : undefined;
  }
  function readG2(input: Uint8Array, at: number): G2 | undefined {
    const parts = [0, 1, 2, 3].map((i) => readField(input, at + (encoding.imaginaryFirst ? i ^ 1 : i) * width));
    const [x0, x1, y0, y1] = parts;
    if (x0 === undefined || x1 === undefined || y0 === undefined || y1 === undefined) return undefined;
    if (parts.every((part) => part === 0n)) return curve.G2.Point.ZERO;
    const x = Fp2.create({ c0: x0, c1: x1 });
    const y = Fp2.create({ c0: y0, c1: y1 });
    const right = Fp2.add(Fp2.mul(Fp2.sqr(x), x), curve.G2.Point.CURVE().b);
    return Fp2.eql(Fp2.sqr(y), right) ? curve.G2.Point.fromAffine({ x, y }) : undefined;
  }
  function write(coordinates: readonly bigint[], order: number): Uint8Array {
    const output = new Uint8Array(coordinates.length * width);
    for (const [i, value] of coordinates.entries()) output.set(bigIntToBytes(value, width), (i ^ order) * width);
    return output;
  }
  return {
    readField,
    readG1,
    readG2,
    readScalar: (input, at) => bytesToBigInt(input.subarray(at, at + 32)) % Fr.ORDER,
    writeG1(point) {
      const { x, y } = point.toAffine();
      return point.is0() ? new Uint8Array(2 * width) : write([x, y], 0);
    },
    writeG2(point) {
      const { x, y } = point.toAffine();
      if (point.is0()) return new Uint8Array(4 * width);
      return write([x.c0, x.c1, y.c0, y.c1], encoding.imaginaryFirst ? 1 : 0);
    },
    pairingIsOne(input) {
      const pairs = [];
      for (let at = 0; at < input.length; at += 6 * width) {
        const g1 = readG1(input, at);
        const g2 = readG2(input, at + 2 * width);
        if (g1 === undefined || g2 === undefined) return undefined;
        if (!(g1.is0() || g1.isTorsionFree()) || !(g2.is0() || g2.isTorsionFree())) return undefined;
        if (!g1.is0() && !g2.is0()) pairs.push({ g1, g2 });
      }
      return pairs.length === 0 || Fp12.eql(curve.pairingBatch(pairs), Fp12.ONE);
    },
  };
}
