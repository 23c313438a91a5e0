import { type Mcl, mclBytes } from "./mcl.ts";
import type { MclPoints } from "./mclPoints.ts";

/** Sizes of one encoded pair and where its G2 point begins. */
export interface PairShape {
  readonly pairBytes: number;
  readonly g2Offset: number;
}

/** Pairs that go through one Miller loop together; more would only take more memory. */
const chunk = 64;

/**
 * Makes the check that the product of many pairings is one. Both points of every pair are checked, also when the other is
 * infinity. `inG1` and `inG2` judge the subgroup of points that are on the curve and not infinity.
 */
export function createMclPairing(
  mcl: Mcl,
  points: MclPoints,
  shape: PairShape,
  inG1: (at: number) => boolean,
  inG2: (at: number) => boolean,
): (input: Uint8Array) => boolean | undefined {
  const { g1, g2, gt } = mclBytes;
  const g1s = mcl._malloc(chunk * (g1 + g2) + 2 * gt);
  const g2s = g1s + chunk * g1;
  const product = g2s + chunk * g2;
  const part = product + gt;
  return (input) => {
    mcl._mclBnGT_setInt(product, 1);
    let waiting = 0;
    const multiply = () => {
      mcl._mclBn_millerLoopVec(part, g1s, g2s, waiting);
      mcl._mclBnGT_mul(product, product, part);
      waiting = 0;
    };
    for (let at = 0; at < input.length; at += shape.pairBytes) {
      const p = g1s + waiting * g1;
      const q = g2s + waiting * g2;
      if (!points.readG1(p, input, at) || !points.readG2(q, input, at + shape.g2Offset)) return undefined;
      const pIsZero = mcl._mclBnG1_isZero(p) === 1;
      const qIsZero = mcl._mclBnG2_isZero(q) === 1;
      if (!pIsZero && !inG1(p)) return undefined;
      if (!qIsZero && !inG2(q)) return undefined;
      if (pIsZero || qIsZero) continue;
      waiting++;
      if (waiting === chunk) multiply();
    }
    if (waiting > 0) multiply();
    mcl._mclBn_finalExp(part, product);
    return mcl._mclBnGT_isOne(part) === 1;
  };
}
