import { bn254Encoding } from "../curves/encodings.ts";
import type { Bn254 } from "../curves/types.ts";
import { createBn254Subgroup } from "./bn254Subgroup.ts";
import { createMcl, mclBytes, mclCurves } from "./mcl.ts";
import { createMclPairing } from "./mclPairing.ts";
import { createMclPoints } from "./mclPoints.ts";
import { once } from "./once.ts";

/** alt_bn128 in WebAssembly, instantiated when it is first used. */
export const bn254: Bn254 = {
  add: (input) => curve().add(input),
  multiply: (input) => curve().multiply(input),
  pairingIsOne: (input) => curve().pairingIsOne(input),
};

const curve = once(createBn254);

function createBn254(): Bn254 {
  const mcl = createMcl(mclCurves.bn254);
  const points = createMclPoints(mcl, bn254Encoding);
  const a = mcl._malloc(3 * mclBytes.g1 + mclBytes.fr);
  const b = a + mclBytes.g1;
  const sum = b + mclBytes.g1;
  const scalar = sum + mclBytes.g1;
  // G1 has no cofactor: every point of the curve is in it.
  const inG1 = () => true;
  const inG2 = createBn254Subgroup(mcl, points);
  const pairingIsOne = createMclPairing(mcl, points, { pairBytes: 192, g2Offset: 64 }, inG1, inG2);
  return {
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
}
