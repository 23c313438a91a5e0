import { type Mcl, mclBytes } from "./mcl.ts";
import type { MclPoints } from "./mclPoints.ts";

/** One of the two groups, as functions on addresses of the library's memory. */
export interface GroupOfMcl {
  /** An encoded point and its scalar. */
  readonly itemBytes: number;
  readonly pointBytes: number;
  read(to: number, input: Uint8Array, at: number): boolean;
  write(from: number): Uint8Array;
  isZero(at: number): number;
  inSubgroup(at: number): boolean;
  clear(at: number): void;
  add(to: number, a: number, b: number): number;
  multiply(to: number, point: number, scalar: number): number;
  multiplyMany(to: number, points: number, scalars: number, count: number): void;
}

/** Items that share their doublings; the price per point has stopped falling here. */
const chunk = 512;

/** Makes the sum of scalar multiples over any number of items, at least one. */
export function createMultiExp(
  mcl: Mcl,
  points: MclPoints,
  group: GroupOfMcl,
): (input: Uint8Array) => Uint8Array | undefined {
  const { itemBytes, pointBytes } = group;
  const { fr } = mclBytes;
  const bases = mcl._malloc(chunk * (pointBytes + fr) + 2 * pointBytes);
  const scalars = bases + chunk * pointBytes;
  const sum = scalars + chunk * fr;
  const part = sum + pointBytes;
  return (input) => {
    if (input.length === 0 || input.length % itemBytes !== 0) return undefined;
    group.clear(sum);
    let waiting = 0;
    const multiply = () => {
      if (waiting === 1) group.multiply(part, bases, scalars);
      else group.multiplyMany(part, bases, scalars, waiting);
      group.add(sum, sum, part);
      waiting = 0;
    };
    for (let at = 0; at < input.length; at += itemBytes) {
      const base = bases + waiting * pointBytes;
      const scalar = scalars + waiting * fr;
      if (!group.read(base, input, at)) return undefined;
      if (group.isZero(base) === 1) continue;
      if (!group.inSubgroup(base)) return undefined;
      points.readScalar(scalar, input, at + itemBytes - 32);
      if (mcl._mclBnFr_isZero(scalar) === 1) continue;
      waiting++;
      if (waiting === chunk) multiply();
    }
    if (waiting > 0) multiply();
    return group.write(sum);
  };
}
