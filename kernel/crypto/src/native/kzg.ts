import { compareBytes } from "@polis/codec";
import { ceremonyG2, generatorG1, generatorG2, groupOrder } from "../curves/bls12381Points.ts";
import type { Bls12381 } from "../curves/types.ts";
import { type Mcl, mclBytes } from "./mcl.ts";
import type { MclPoints } from "./mclPoints.ts";

/**
 * Makes the check of an opening: e(C - y·G1 + z·proof, -G2) · e(proof, [secret]G2) = 1, an arrangement with both points of
 * G2 fixed, so that their lines are computed once.
 */
export function createKzg(mcl: Mcl, points: MclPoints, inG1: (at: number) => boolean): Bls12381["verifyOpening"] {
  const { g1, g2, gt, fr, fp } = mclBytes;
  const lineBytes = mcl._mclBn_getUint64NumToPrecompute() * 8;
  const bases = mcl._malloc(4 * g1 + 3 * fr + 2 * gt + 2 * fp + g2 + 2 * lineBytes);
  const proof = bases + g1;
  const generator = proof + g1;
  const sum = generator + g1;
  const scalars = sum + g1;
  const product = scalars + 3 * fr;
  const field = product + 2 * gt;
  const point = field + 2 * fp;
  const minusOneLines = point + g2;
  const secretLines = minusOneLines + lineBytes;
  points.readG2(point, generatorG2, 0);
  mcl._mclBnG2_neg(point, point);
  mcl._mclBn_precomputeG2(minusOneLines, point);
  points.readG2(point, ceremonyG2, 0);
  mcl._mclBn_precomputeG2(secretLines, point);
  points.readG1(generator, generatorG1, 0);
  return (commitment, z, y, opening) => {
    if (!isReduced(z) || !isReduced(y)) return false;
    if (!readCompressed(sum, commitment) || !readCompressed(proof, opening)) return false;
    points.readScalar(scalars, y, 0);
    mcl._mclBnFr_neg(scalars, scalars);
    points.readScalar(scalars + fr, z, 0);
    mcl._mclBnG1_mul(bases, generator, scalars);
    mcl._mclBnG1_add(sum, sum, bases);
    mcl._mclBnG1_mul(bases, proof, scalars + fr);
    mcl._mclBnG1_add(sum, sum, bases);
    const sumIsZero = mcl._mclBnG1_isZero(sum) === 1;
    const proofIsZero = mcl._mclBnG1_isZero(proof) === 1;
    // A single pairing of points that are not infinity is never one.
    if (sumIsZero || proofIsZero) return sumIsZero && proofIsZero;
    mcl._mclBn_precomputedMillerLoop2(product, sum, minusOneLines, proof, secretLines);
    mcl._mclBn_finalExp(product + gt, product);
    return mcl._mclBnGT_isOne(product + gt) === 1;
  };
  /** A point of the subgroup from its compressed form (48 bytes, three flag bits in front). */
  function readCompressed(to: number, bytes: Uint8Array): boolean {
    if (bytes.length !== 48 || (bytes[0]! & 0x80) === 0) return false;
    const padded = new Uint8Array(64);
    padded.set(bytes, 16);
    padded[16] = bytes[0]! & 0x1f;
    if ((bytes[0]! & 0x40) !== 0) {
      mcl._mclBnG1_clear(to);
      return bytes[0] === 0xc0 && padded.every((byte) => byte === 0);
    }
    if (!points.readField(to, padded, 0)) return false;
    mcl._mclBnFp_sqr(field, to);
    mcl._mclBnFp_mul(field, field, to);
    mcl._mclBnFp_setInt(field + fp, 4);
    mcl._mclBnFp_add(field, field, field + fp);
    if (mcl._mclBnFp_squareRoot(to + fp, field) !== 0) return false;
    const isLarger = mcl._mclBnFp_isNegative(to + fp) === 1;
    if (isLarger !== ((bytes[0]! & 0x20) !== 0)) mcl._mclBnFp_neg(to + fp, to + fp);
    mcl._mclBnFp_setInt(to + 2 * fp, 1);
    return inG1(to);
  }
}

/** True for 32 bytes below the group order. */
function isReduced(scalar: Uint8Array): boolean {
  return scalar.length === 32 && compareBytes(scalar, groupOrder) < 0;
}
