import { bls } from "../../native/primitives.ts";
import type { BlsSignature } from "../../primitives/types.ts";
import { combinationCoefficients } from "./coefficients.ts";

/**
 * The group's signature from t partial signatures (kairos K12): the same point whatever the subset (K14). Evaluated with
 * point additions only; the points may be unchecked, because the result is verified.
 * @param n number of shares
 * @param shareIndices t distinct share indices in 1..n, ascending
 * @param partials one point per share index
 */
export function combinePartials(
  n: number,
  shareIndices: readonly number[],
  partials: readonly BlsSignature[],
): BlsSignature | undefined {
  const { integers, multiplier } = combinationCoefficients(n, shareIndices);
  const terms: Term[] = [];
  for (const [i, integer] of integers.entries()) {
    const point = integer < 0n ? negateSignature(partials[i]!) : partials[i];
    if (point === undefined) return undefined;
    terms.push({ point, bits: (integer < 0n ? -integer : integer).toString(2) });
  }
  const combined = sumOfMultiples(terms);
  if (combined === undefined || multiplier === 1n) return combined;
  return sumOfMultiples([{ point: combined, bits: multiplier.toString(2) }]);
}

/** A point and its nonnegative factor in binary. */
interface Term {
  readonly point: BlsSignature;
  readonly bits: string;
}

/** From the highest bit down: double, then add every point whose factor has the bit. */
function sumOfMultiples(terms: readonly Term[]): BlsSignature | undefined {
  let longest = 0;
  for (const { bits } of terms) longest = Math.max(longest, bits.length);
  let sum: BlsSignature | undefined;
  for (let bit = longest; bit >= 1; bit--) {
    const points: BlsSignature[] = sum === undefined ? [] : [sum, sum];
    for (const { point, bits } of terms) if (bits[bits.length - bit] === "1") points.push(point);
    if (points.length > 0) sum = bls.addSignatures(points);
  }
  return sum;
}

/** -P, by the sign bit of the compressed form; undefined only for infinity. */
export function negateSignature(signature: BlsSignature): BlsSignature | undefined {
  const bytes = bls.signatureBytes(signature);
  bytes[0]! ^= 0x20;
  return bls.parseSignatureUnchecked(bytes);
}
