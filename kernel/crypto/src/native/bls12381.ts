import { bls12381Encoding } from "../curves/encodings.ts";
import type { Bls12381 } from "../curves/types.ts";
import { createG1Splitting, createG2Splitting, type Splitting } from "./bls12381Split.ts";
import { createG1Subgroup, createG2Subgroup } from "./bls12381Subgroup.ts";
import { createKzg } from "./kzg.ts";
import { createMcl, type Mcl, mclBytes, mclCurves } from "./mcl.ts";
import { createMultiExp, type GroupOfMcl } from "./mclMultiExp.ts";
import { createMclPairing } from "./mclPairing.ts";
import { createMclPoints, type MclPoints } from "./mclPoints.ts";
import { once } from "./once.ts";

/** The map of RFC 9380, which EIP-2537 asks for. */
const mapOfRfc9380 = 5;

/** BLS12-381 in WebAssembly, instantiated when it is first used. */
export const bls12381: Bls12381 = {
  g1Add: (input) => curve().g1Add(input),
  g1MultiExp: (input) => curve().g1MultiExp(input),
  g2Add: (input) => curve().g2Add(input),
  g2MultiExp: (input) => curve().g2MultiExp(input),
  pairingIsOne: (input) => curve().pairingIsOne(input),
  mapToG1: (input) => curve().mapToG1(input),
  mapToG2: (input) => curve().mapToG2(input),
  verifyOpening: (commitment, z, y, proof) => curve().verifyOpening(commitment, z, y, proof),
};

const curve = once(createBls12381);

function createBls12381(): Bls12381 {
  const mcl = createMcl(mclCurves.bls12381);
  mcl._mclBn_setMapToMode(mapOfRfc9380);
  const points = createMclPoints(mcl, bls12381Encoding);
  const a = mcl._malloc(3 * mclBytes.g2);
  const b = a + mclBytes.g2;
  const sum = b + mclBytes.g2;
  const g1 = groupG1(mcl, points, createG1Splitting(mcl, points));
  const g2 = groupG2(mcl, points, createG2Splitting(mcl, points));
  const pairs = { pairBytes: 384, g2Offset: 128 };
  const pairingIsOne = createMclPairing(mcl, points, pairs, g1.inSubgroup, g2.inSubgroup);
  return {
    g1Add(input) {
      if (input.length !== 256 || !points.readG1(a, input, 0) || !points.readG1(b, input, 128)) return undefined;
      mcl._mclBnG1_add(sum, a, b);
      return points.writeG1(sum);
    },
    g1MultiExp: createMultiExp(mcl, points, g1),
    g2Add(input) {
      if (input.length !== 512 || !points.readG2(a, input, 0) || !points.readG2(b, input, 256)) return undefined;
      mcl._mclBnG2_add(sum, a, b);
      return points.writeG2(sum);
    },
    g2MultiExp: createMultiExp(mcl, points, g2),
    pairingIsOne: (input) => (input.length > 0 && input.length % 384 === 0 ? pairingIsOne(input) : undefined),
    mapToG1(input) {
      if (input.length !== 64 || !points.readField(a, input, 0)) return undefined;
      mcl._mclBnFp_mapToG1(sum, a);
      return points.writeG1(sum);
    },
    mapToG2(input) {
      if (input.length !== 128 || !points.readExtension(a, input, 0)) return undefined;
      mcl._mclBnFp2_mapToG2(sum, a);
      return points.writeG2(sum);
    },
    verifyOpening: createKzg(mcl, points, g1.inSubgroup),
  };
}

/** G1 as functions on addresses. */
function groupG1(mcl: Mcl, points: MclPoints, splitting: Splitting): GroupOfMcl {
  return {
    itemBytes: 160,
    pointBytes: mclBytes.g1,
    splitting,
    read: points.readG1,
    write: points.writeG1,
    inSubgroup: createG1Subgroup(mcl, splitting),
    isZero: mcl._mclBnG1_isZero,
    clear: mcl._mclBnG1_clear,
    add: mcl._mclBnG1_add,
    subtract: mcl._mclBnG1_sub,
    double: mcl._mclBnG1_dbl,
    multiply: mcl._mclBnG1_mul,
  };
}

/** G2 as functions on addresses. */
function groupG2(mcl: Mcl, points: MclPoints, splitting: Splitting): GroupOfMcl {
  return {
    itemBytes: 288,
    pointBytes: mclBytes.g2,
    splitting,
    read: points.readG2,
    write: points.writeG2,
    inSubgroup: createG2Subgroup(mcl, splitting),
    isZero: mcl._mclBnG2_isZero,
    clear: mcl._mclBnG2_clear,
    add: mcl._mclBnG2_add,
    subtract: mcl._mclBnG2_sub,
    double: mcl._mclBnG2_dbl,
    multiply: mcl._mclBnG2_mul,
  };
}
