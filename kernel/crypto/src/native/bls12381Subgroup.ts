import type { Splitting } from "./bls12381Split.ts";
import { type Mcl, mclBytes } from "./mcl.ts";

/** Doublings before each addition and after the last one: the bits of |x| = 0xd201000000010000, x being the parameter. */
const doublings = [1, 2, 3, 9, 32] as const;
const lastDoublings = 16;

type Double = (to: number, from: number) => number;
type Add = (to: number, a: number, b: number) => number;

function multiplyByParameter(double: Double, add: Add, to: number, from: number): void {
  let source = from;
  for (const count of doublings) {
    for (let i = 0; i < count; i++) {
      double(to, source);
      source = to;
    }
    add(to, to, from);
  }
  for (let i = 0; i < lastDoublings; i++) double(to, to);
}

/**
 * Makes the test whether a point of BLS12-381 is in G1: [x²]P = -φ(P). φ² + φ + 1 = 0, so the difference of both sides is an
 * isogeny of degree x⁴ - x² + 1, which is the group order: no other point passes (Scott, "A note on group membership tests
 * for G1, G2 and GT on BLS pairing-friendly curves").
 * @returns a function of the address of an affine point that is not infinity
 */
export function createG1Subgroup(mcl: Mcl, splitting: Splitting): (at: number) => boolean {
  const once = mcl._malloc(2 * mclBytes.g1);
  const twice = once + mclBytes.g1;
  return (at) => {
    multiplyByParameter(mcl._mclBnG1_dbl, mcl._mclBnG1_add, once, at);
    multiplyByParameter(mcl._mclBnG1_dbl, mcl._mclBnG1_add, twice, once);
    splitting.next(once, at);
    mcl._mclBnG1_sub(twice, twice, once);
    return mcl._mclBnG1_isZero(twice) === 1;
  };
}

/**
 * The same for G2: [|x|]Q = -ψ(Q). ψ² - (x+1)ψ + p = 0, so the difference is an isogeny of degree p - x, which has exactly the
 * group order in common with the number of points of the twist (Scott, as above).
 */
export function createG2Subgroup(mcl: Mcl, splitting: Splitting): (at: number) => boolean {
  const multiple = mcl._malloc(2 * mclBytes.g2);
  const image = multiple + mclBytes.g2;
  return (at) => {
    multiplyByParameter(mcl._mclBnG2_dbl, mcl._mclBnG2_add, multiple, at);
    splitting.next(image, at);
    mcl._mclBnG2_sub(multiple, multiple, image);
    return mcl._mclBnG2_isZero(multiple) === 1;
  };
}
