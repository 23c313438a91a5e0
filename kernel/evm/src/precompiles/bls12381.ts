import { bls12381 } from "@polis/crypto";
import { g1Discounts, g2Discounts } from "./multiExpDiscounts.ts";
import { truth } from "./truth.ts";
import type { Precompile } from "./types.ts";

/** 0x0b: sum of two points of G1 (EIP-2537, as all of this file). */
export const g1Add: Precompile = { gas: () => 375n, run: (input) => bls12381.g1Add(input) };

/** 0x0c: sum of points of G1 times scalars. */
export const g1MultiExp: Precompile = {
  gas: (input) => multiExpGas(Math.floor(input.length / 160), 12_000n, g1Discounts),
  run: (input) => bls12381.g1MultiExp(input),
};

/** 0x0d: sum of two points of G2. */
export const g2Add: Precompile = { gas: () => 600n, run: (input) => bls12381.g2Add(input) };

/** 0x0e: sum of points of G2 times scalars. */
export const g2MultiExp: Precompile = {
  gas: (input) => multiExpGas(Math.floor(input.length / 288), 22_500n, g2Discounts),
  run: (input) => bls12381.g2MultiExp(input),
};

/** 0x0f: whether a product of pairings is one. */
export const pairing: Precompile = {
  gas: (input) => 37_700n + 32_600n * BigInt(Math.floor(input.length / 384)),
  run: (input) => truth(bls12381.pairingIsOne(input)),
};

/** 0x10: a field element to a point of G1. */
export const mapToG1: Precompile = { gas: () => 5500n, run: (input) => bls12381.mapToG1(input) };

/** 0x11: an element of the quadratic extension to a point of G2. */
export const mapToG2: Precompile = { gas: () => 23_800n, run: (input) => bls12381.mapToG2(input) };

/** `discounts[k - 1]` is the price of k items in thousandths; more items keep the last. */
function multiExpGas(items: number, multiplicationGas: bigint, discounts: readonly number[]): bigint {
  if (items === 0) return 0n;
  const discount = discounts[Math.min(items, discounts.length) - 1]!;
  return (BigInt(items) * multiplicationGas * BigInt(discount)) / 1000n;
}
