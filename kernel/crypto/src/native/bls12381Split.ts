import { type Mcl, mclBytes } from "./mcl.ts";
import type { MclPoints } from "./mclPoints.ts";

/** |x|, the absolute value of the curve's parameter, which is negative. */
const parameter = 0xd201000000010000n;
const squared = parameter * parameter;

/**
 * Writes a point of the subgroup as several, and a scalar as as many short ones, with the same sum of products. The points
 * lie in memory one after the other, the first being the point itself.
 */
export interface Splitting {
  readonly parts: number;
  /** Bits of the short scalars. */
  readonly bits: number;
  /** The next point of the row from the one before it; both affine. */
  next(to: number, from: number): void;
  /** Short scalars of a scalar below the group order. */
  scalars(scalar: bigint): readonly bigint[];
}

const beta = Uint8Array.fromHex(
  "5f19672fdf76ce51ba69c6076a0f77eaddb3a93be6f89688de17d813620a00022e01fffffffefffe".padStart(128, "0"),
);

/** G1: (x, y) to (βx, -y) multiplies by x² (Gallant, Lambert, Vanstone), so two scalars of 128 bits take the place of one. */
export function createG1Splitting(mcl: Mcl, points: MclPoints): Splitting {
  const { fp } = mclBytes;
  const factor = mcl._malloc(fp);
  points.readField(factor, beta, 0);
  return {
    parts: 2,
    bits: 128,
    next(to, from) {
      mcl._mclBnG1_neg(to, from);
      mcl._mclBnFp_mul(to, to, factor);
    },
    scalars: (scalar) => [scalar % squared, scalar / squared],
  };
}

/** The coordinates' factors of ψ: 1/(1+i)^((p-1)/3) and 1/(1+i)^((p-1)/2), real parts first. */
const factors = Uint8Array.fromHex(
  [
    "0",
    "1a0111ea397fe699ec02408663d4de85aa0d857d89759ad4897d29650fb85f9b409427eb4f49fffd8bfd00000000aaad",
    "135203e60180a68ee2e9c448d77a2cd91c3dedd930b1cf60ef396489f61eb45e304466cf3e67fa0af1ee7b04121bdea2",
    "06af0e0437ff400b6831e36d6bd17ffe48395dabc2d3435e77f76e17009241c5ee67992f72ec05f4c81084fbede3cc09",
  ]
    .map((coordinate) => coordinate.padStart(128, "0"))
    .join(""),
);

/** G2: ψ multiplies by x (Galbraith, Lin, Scott), so -ψ by |x|: four scalars of 64 bits take the place of one. */
export function createG2Splitting(mcl: Mcl, points: MclPoints): Splitting {
  const { fp } = mclBytes;
  const factorX = mcl._malloc(4 * fp);
  const factorY = factorX + 2 * fp;
  points.readExtension(factorX, factors, 0);
  points.readExtension(factorY, factors, 128);
  return {
    parts: 4,
    bits: 64,
    next(to, from) {
      mcl._mclBnG2_neg(to, from);
      for (const imaginary of [to + fp, to + 3 * fp]) mcl._mclBnFp_neg(imaginary, imaginary);
      mcl._mclBnFp2_mul(to, to, factorX);
      mcl._mclBnFp2_mul(to + 2 * fp, to + 2 * fp, factorY);
    },
    scalars(scalar) {
      const high = scalar / squared;
      const low = scalar % squared;
      return [low % parameter, low / parameter, high % parameter, high / parameter];
    },
  };
}
