import { type Mcl, mclBytes } from "./mcl.ts";
import type { MclPoints } from "./mclPoints.ts";

/** A cube root of one: (x, y) to (βx, y) multiplies points of G1 by -x², x being the curve's parameter. */
const beta = Uint8Array.fromHex(
  "5f19672fdf76ce51ba69c6076a0f77eaddb3a93be6f89688de17d813620a00022e01fffffffefffe".padStart(128, "0"),
);

/** Doublings before each addition and after the last one: the bits of |x| = 0xd201000000010000. */
const doublings = [1, 2, 3, 9, 32] as const;
const lastDoublings = 16;

/**
 * Makes the test whether a point of BLS12-381 is in G1: φ(P) + [x²]P = 0. φ² + φ + 1 = 0, so this is an endomorphism of degree
 * x⁴ - x² + 1, which is the group order: no other point passes (Scott, "A note on group membership tests").
 * @returns a function of the address of an affine point that is not infinity
 */
export function createBls12381Subgroup(mcl: Mcl, points: MclPoints): (at: number) => boolean {
  const { fp, g1 } = mclBytes;
  const factor = mcl._malloc(fp + 2 * g1);
  const once = factor + fp;
  const twice = once + g1;
  points.readField(factor, beta, 0);
  function multiplyByParameter(to: number, from: number): void {
    let source = from;
    for (const count of doublings) {
      for (let i = 0; i < count; i++) {
        mcl._mclBnG1_dbl(to, source);
        source = to;
      }
      mcl._mclBnG1_add(to, to, from);
    }
    for (let i = 0; i < lastDoublings; i++) mcl._mclBnG1_dbl(to, to);
  }
  return (at) => {
    multiplyByParameter(once, at);
    multiplyByParameter(twice, once);
    mcl._mclBnG1_neg(once, at);
    mcl._mclBnG1_neg(once, once);
    mcl._mclBnFp_mul(once, once, factor);
    mcl._mclBnG1_add(twice, twice, once);
    return mcl._mclBnG1_isZero(twice) === 1;
  };
}
