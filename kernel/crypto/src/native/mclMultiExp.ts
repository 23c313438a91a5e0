import { bytesToBigInt } from "@polis/codec";
import { groupOrder } from "../curves/bls12381Points.ts";
import type { Splitting } from "./bls12381Split.ts";
import { type Mcl, mclBytes } from "./mcl.ts";
import type { MclPoints } from "./mclPoints.ts";
import { type BucketGroup, maxWindowBits, pippenger } from "./pippenger.ts";

/** One of the two groups, as functions on addresses of the library's memory. */
export interface GroupOfMcl extends BucketGroup {
  /** Bytes of an encoded point and its scalar. */
  readonly itemBytes: number;
  readonly splitting: Splitting;
  read(to: number, input: Uint8Array, at: number): boolean;
  write(from: number): Uint8Array;
  isZero(at: number): number;
  inSubgroup(at: number): boolean;
  multiply(to: number, point: number, scalar: number): number;
}

/** Items that share their doublings; the price per item has nearly stopped falling here. */
const chunk = 512;

/** Fewer items are multiplied one by one. */
const fewItems = 4;

const order = bytesToBigInt(groupOrder);

/** Makes the sum of scalar multiples over any number of items, at least one. */
export function createMultiExp(
  mcl: Mcl,
  points: MclPoints,
  group: GroupOfMcl,
): (input: Uint8Array) => Uint8Array | undefined {
  const { itemBytes, pointBytes, splitting } = group;
  const rowBytes = splitting.parts * pointBytes;
  const rows = mcl._malloc(chunk * rowBytes + (4 + (1 << (maxWindowBits - 1))) * pointBytes + mclBytes.fr);
  const sum = rows + chunk * rowBytes;
  const part = sum + pointBytes;
  const room = part + pointBytes;
  const scalar = room + (2 + (1 << (maxWindowBits - 1))) * pointBytes;
  /** Adds the products of the items at these places of the input, whose points begin the rows. */
  function multiply(input: Uint8Array, places: readonly number[]): void {
    if (places.length < fewItems) {
      for (const [i, at] of places.entries()) {
        points.readScalar(scalar, input, at + itemBytes - 32);
        group.multiply(part, rows + i * rowBytes, scalar);
        group.add(sum, sum, part);
      }
      return;
    }
    const scalars: bigint[] = [];
    for (const [i, at] of places.entries()) {
      for (let j = 1; j < splitting.parts; j++) {
        const from = rows + i * rowBytes + (j - 1) * pointBytes;
        splitting.next(from + pointBytes, from);
      }
      scalars.push(...splitting.scalars(bytesToBigInt(input.subarray(at + itemBytes - 32, at + itemBytes)) % order));
    }
    pippenger(group, part, rows, scalars, splitting.bits, room);
    group.add(sum, sum, part);
  }
  return (input) => {
    if (input.length === 0 || input.length % itemBytes !== 0) return undefined;
    group.clear(sum);
    let places: number[] = [];
    for (let at = 0; at < input.length; at += itemBytes) {
      const point = rows + places.length * rowBytes;
      if (!group.read(point, input, at)) return undefined;
      if (group.isZero(point) === 1) continue;
      if (!group.inSubgroup(point)) return undefined;
      places.push(at);
      if (places.length < chunk) continue;
      multiply(input, places);
      places = [];
    }
    multiply(input, places);
    return group.write(sum);
  };
}
