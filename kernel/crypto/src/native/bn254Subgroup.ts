import { type Mcl, mclBytes } from "./mcl.ts";
import type { MclPoints } from "./mclPoints.ts";
import { signedDigits } from "./signedDigits.ts";

/** The parameter x of the curve. */
const parameter = 4965661367192848881n;

/** The coordinates' factors of the endomorphism: (9+i)^((p-1)/3) and (9+i)^((p-1)/2), imaginary part first. */
const factors = Uint8Array.fromHex(
  [
    "16c9e55061ebae204ba4cc8bd75a079432ae2a1d0b7c9dce1665d51c640fcba2",
    "2fb347984f7911f74c0bec3cf559b143b78cc310c2c3330c99e39557176f553d",
    "07c03cbcac41049a0704b5a7ec796f2b21807dc98fa25bd282d37f632623b0e3",
    "063cf305489af5dcdc5ec698b6e2f9b9dbaae0eda9c95998dc54014671a0135a",
  ].join(""),
);

/**
 * Makes the test whether a point of the twist of alt_bn128 is in G2: [x+1]Q + ψ([x]Q) + ψ²([x]Q) = ψ³([2x]Q), a fifth of the
 * time of multiplying by the group order. ψ satisfies ψ² - tψ + p = 0 with t = 6x²+1, so the difference of both sides is an
 * isogeny whose degree has exactly the group order in common with the number of points of the twist: no other point passes
 * (El Housni, Guillevic, Piellard, "Co-factor clearing and subgroup membership testing on pairing-friendly curves").
 * @returns a function of the address of an affine point that is not infinity
 */
export function createBn254Subgroup(mcl: Mcl, points: MclPoints): (at: number) => boolean {
  const { fp, g2 } = mclBytes;
  const factorX = mcl._malloc(4 * fp + 6 * g2);
  const factorY = factorX + 2 * fp;
  const odd = factorY + 2 * fp;
  const multiple = odd + 4 * g2;
  const sum = multiple + g2;
  points.readExtension(factorX, factors, 0);
  points.readExtension(factorY, factors, 64);
  const digits = signedDigits(parameter);
  /** Addresses of 1, 3, -1 and -3 times the point by digit + 3. */
  const places: Readonly<Record<number, number>> = { 1: odd, 3: odd + g2, [-1]: odd + 2 * g2, [-3]: odd + 3 * g2 };
  function endomorphism(at: number): void {
    for (let i = 1; i < 6; i += 2) mcl._mclBnFp_neg(at + i * fp, at + i * fp);
    mcl._mclBnFp2_mul(at, at, factorX);
    mcl._mclBnFp2_mul(at + 2 * fp, at + 2 * fp, factorY);
  }
  return (at) => {
    mcl._mclBnG2_dbl(multiple, at);
    mcl._mclBnG2_add(places[3]!, multiple, at);
    mcl._mclBnG2_neg(places[-3]!, places[3]!);
    mcl._mclBnG2_neg(places[-1]!, at);
    mcl._mclBnG2_neg(places[1]!, places[-1]!);
    mcl._mclBnG2_neg(sum, places[-digits[0]!]!);
    for (const digit of digits.slice(1)) {
      mcl._mclBnG2_dbl(sum, sum);
      if (digit !== 0) mcl._mclBnG2_add(sum, sum, places[digit]!);
    }
    // sum is [x]Q; the right side is collected in multiple.
    mcl._mclBnG2_dbl(multiple, sum);
    for (let i = 0; i < 3; i++) endomorphism(multiple);
    mcl._mclBnG2_neg(multiple, multiple);
    mcl._mclBnG2_add(multiple, multiple, at);
    for (let i = 0; i < 3; i++) {
      mcl._mclBnG2_add(multiple, multiple, sum);
      if (i < 2) endomorphism(sum);
    }
    return mcl._mclBnG2_isZero(multiple) === 1;
  };
}
