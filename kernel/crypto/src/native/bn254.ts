import { bn254Encoding } from "../curves/encodings.ts";
import type { Bn254 } from "../curves/types.ts";
import { createBn254Subgroup } from "./bn254Subgroup.ts";
import { createMcl, mclBytes, mclCurves } from "./mcl.ts";
import { createMclPairing } from "./mclPairing.ts";
import { createMclPoints } from "./mclPoints.ts";

const mcl = await createMcl(mclCurves.bn254);
const points = createMclPoints(mcl, bn254Encoding);
const a = mcl._malloc(3 * mclBytes.g1 + mclBytes.fr);
const b = a + mclBytes.g1;
const sum = b + mclBytes.g1;
const scalar = sum + mclBytes.g1;

// G1 has no cofactor: every point of the curve is in it.
const pairingIsOne = createMclPairing(
  mcl,
  points,
  { pairBytes: 192, g2Offset: 64 },
  () => true,
  createBn254Subgroup(mcl, points),
);

/** alt_bn128 in WebAssembly. */
export const bn254: Bn254 = {
  add(input) {
    if (input.length !== 128 || !points.readG1(a, input, 0) || !points.readG1(b, input, 64)) return undefined;
    mcl._mclBnG1_add(sum, a, b);
    return points.writeG1(sum);
  },
  multiply(input) {
    if (input.length !== 96 || !points.readG1(a, input, 0)) return undefined;
    points.readScalar(scalar, input, 64);
    mcl._mclBnG1_mul(sum, a, scalar);
    return points.writeG1(sum);
  },
  pairingIsOne: (input) => (input.length % 192 === 0 ? pairingIsOne(input) : undefined),
};
