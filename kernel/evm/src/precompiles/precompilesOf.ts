import { type Address, address } from "@polis/codec";
import type { Fork } from "../seam/rules.ts";
import { blake2f } from "./blake2f.ts";
import { g1Add, g1MultiExp, g2Add, g2MultiExp, mapToG1, mapToG2, pairing } from "./bls12381.ts";
import { bn254Add, bn254Multiply, bn254Pairing } from "./bn254.ts";
import { ecrecover } from "./ecrecover.ts";
import { identity, ripemd160Precompile, sha256Precompile } from "./hashes.ts";
import { modexpEip2565, modexpEip7883 } from "./modexp.ts";
import { p256Verify } from "./p256Verify.ts";
import { pointEvaluation } from "./pointEvaluation.ts";
import type { Precompile } from "./types.ts";

/** The contracts at 0x01 to 0x0a, which no later fork changes but for the price of modexp. */
const common: readonly (readonly [number, Precompile])[] = [
  [0x01, ecrecover],
  [0x02, sha256Precompile],
  [0x03, ripemd160Precompile],
  [0x04, identity],
  [0x06, bn254Add],
  [0x07, bn254Multiply],
  [0x08, bn254Pairing],
  [0x09, blake2f],
  [0x0a, pointEvaluation],
];

/** EIP-2537, from Prague on. */
const bls: typeof common = [
  [0x0b, g1Add],
  [0x0c, g1MultiExp],
  [0x0d, g2Add],
  [0x0e, g2MultiExp],
  [0x0f, pairing],
  [0x10, mapToG1],
  [0x11, mapToG2],
];

const tables: Readonly<Record<Fork, ReadonlyMap<Address, Precompile>>> = {
  cancun: table([...common, [0x05, modexpEip2565]]),
  prague: table([...common, [0x05, modexpEip2565], ...bls]),
  osaka: table([...common, [0x05, modexpEip7883], ...bls, [0x100, p256Verify]]),
};

/**
 * The precompiled contracts of a fork by address, in ascending order.
 * @example precompilesOf("osaka").get(target)?.gas(input)
 */
export function precompilesOf(fork: Fork): ReadonlyMap<Address, Precompile> {
  return tables[fork];
}

function table(entries: readonly (readonly [number, Precompile])[]): ReadonlyMap<Address, Precompile> {
  const sorted = [...entries].sort(([a], [b]) => a - b);
  return new Map(sorted.map(([number, precompile]) => [address(number.toString(16).padStart(40, "0")), precompile]));
}
