import { bls12381Encoding } from "../curves/encodings.ts";
import type { Bls12381 } from "../curves/types.ts";
import { createG1Splitting, createG2Splitting } from "./bls12381Split.ts";
import { createG1Subgroup, createG2Subgroup } from "./bls12381Subgroup.ts";
import { createKzg } from "./kzg.ts";
import { createMcl, mclBytes, mclCurves } from "./mcl.ts";
import { createMultiExp } from "./mclMultiExp.ts";
import { createMclPairing } from "./mclPairing.ts";
import { createMclPoints } from "./mclPoints.ts";

/** The map of RFC 9380, which EIP-2537 asks for. */
const mapOfRfc9380 = 5;

const mcl = await createMcl(mclCurves.bls12381);
mcl._mclBn_setMapToMode(mapOfRfc9380);
const points = createMclPoints(mcl, bls12381Encoding);
const a = mcl._malloc(3 * mclBytes.g2);
const b = a + mclBytes.g2;
const sum = b + mclBytes.g2;
const g1Splitting = createG1Splitting(mcl, points);
const g2Splitting = createG2Splitting(mcl, points);
const inG1 = createG1Subgroup(mcl, g1Splitting);
const inG2 = createG2Subgroup(mcl, g2Splitting);

const g1MultiExp = createMultiExp(mcl, points, {
  itemBytes: 160,
  pointBytes: mclBytes.g1,
  read: points.readG1,
  write: points.writeG1,
  isZero: mcl._mclBnG1_isZero,
  inSubgroup: inG1,
  clear: mcl._mclBnG1_clear,
  add: mcl._mclBnG1_add,
  subtract: mcl._mclBnG1_sub,
  double: mcl._mclBnG1_dbl,
  multiply: mcl._mclBnG1_mul,
  splitting: g1Splitting,
});
const g2MultiExp = createMultiExp(mcl, points, {
  itemBytes: 288,
  pointBytes: mclBytes.g2,
  read: points.readG2,
  write: points.writeG2,
  isZero: mcl._mclBnG2_isZero,
  inSubgroup: inG2,
  clear: mcl._mclBnG2_clear,
  add: mcl._mclBnG2_add,
  subtract: mcl._mclBnG2_sub,
  double: mcl._mclBnG2_dbl,
  multiply: mcl._mclBnG2_mul,
  splitting: g2Splitting,
});
const pairingIsOne = createMclPairing(mcl, points, { pairBytes: 384, g2Offset: 128 }, inG1, inG2);

/** BLS12-381 in WebAssembly. */
export const bls12381: Bls12381 = {
  g1Add(input) {
    if (input.length !== 256 || !points.readG1(a, input, 0) || !points.readG1(b, input, 128)) return undefined;
    mcl._mclBnG1_add(sum, a, b);
    return points.writeG1(sum);
  },
  g1MultiExp,
  g2Add(input) {
    if (input.length !== 512 || !points.readG2(a, input, 0) || !points.readG2(b, input, 256)) return undefined;
    mcl._mclBnG2_add(sum, a, b);
    return points.writeG2(sum);
  },
  g2MultiExp,
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
  verifyOpening: createKzg(mcl, points, inG1),
};
