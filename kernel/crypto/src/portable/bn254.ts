import { bn254 as curve } from "@noble/curves/bn254.js";
import { bn254Encoding } from "../curves/encodings.ts";
import type { Bn254 } from "../curves/types.ts";
import { createCurvePoints } from "./curvePoints.ts";

const points = createCurvePoints(curve, bn254Encoding);

/** alt_bn128 in JavaScript. */
export const bn254: Bn254 = {
  add(input) {
    if (input.length !== 128) return undefined;
    const a = points.readG1(input, 0);
    const b = points.readG1(input, 64);
    return a === undefined || b === undefined ? undefined : points.writeG1(a.add(b));
  },
  multiply(input) {
    const point = input.length === 96 ? points.readG1(input, 0) : undefined;
    return point === undefined ? undefined : points.writeG1(point.multiplyUnsafe(points.readScalar(input, 64)));
  },
  pairingIsOne: (input) => (input.length % 192 === 0 ? points.pairingIsOne(input) : undefined),
};
