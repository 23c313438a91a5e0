import { asciiBytes, bigIntToBytes, bytesToBigInt, concatBytes } from "@polis/codec";
import { bls, sha512 } from "../../native/primitives.ts";
import { quorumsOf } from "../quorums.ts";
import { delta } from "./delta.ts";
import { blsOrder, invertModOrder } from "./valuations.ts";

/** One Shamir sharing: public keys of 48 bytes, secret shares of 32 bytes, in the order of the validators. */
export interface Sharing {
  readonly threshold: number;
  readonly groupKey: Uint8Array;
  readonly shareKeys: readonly Uint8Array[];
  readonly shares: readonly Uint8Array[];
}

/** The two sharings of the threshold scheme (kairos 3.6). */
export interface Dealing {
  readonly m: Sharing;
  readonly l: Sharing;
}

/**
 * Deals both sharings for a local or test network (kairos K15). The dealer knows the group secrets: other networks use
 * distributed key generation or the multisig scheme.
 * @param entropy at least 32 bytes from the operating system; every key follows from it
 */
export function dealThreshold(n: number, f: number, entropy: Uint8Array): Dealing {
  const quorums = quorumsOf(n, f);
  return { m: dealSharing(n, quorums.m, entropy, "m"), l: dealSharing(n, quorums.l, entropy, "l") };
}

/** Deals one sharing of threshold `t`; `name` separates sharings made from the same entropy. */
export function dealSharing(n: number, t: number, entropy: Uint8Array, name: string): Sharing {
  if (entropy.length < 32) throw new RangeError("dealing needs at least 32 bytes of entropy");
  const groupSecret = scalar(entropy, name, 0);
  // g(0) = x / Δ, so that the group key Δ·g(0)·G1 is the key of the chosen secret x (kairos K13).
  const polynomial = [(groupSecret * invertModOrder(delta(n, t))) % blsOrder];
  for (let degree = 1; degree < t; degree++) polynomial.push(scalar(entropy, name, degree));
  const shares: Uint8Array[] = [];
  for (let index = 1; index <= n; index++) shares.push(bigIntToBytes(evaluate(polynomial, BigInt(index)), 32));
  return { threshold: t, groupKey: keyOf(bigIntToBytes(groupSecret, 32)), shareKeys: shares.map(keyOf), shares };
}

/** A scalar from 64 hashed bytes: the reduction's bias is below 2^-250. */
function scalar(entropy: Uint8Array, name: string, degree: number): bigint {
  const label = asciiBytes(`KAIROS_DEAL_V1:${name}:${degree}:`);
  return bytesToBigInt(sha512(concatBytes(label, entropy))) % blsOrder;
}

/** Horner's rule modulo the group order. */
function evaluate(polynomial: readonly bigint[], x: bigint): bigint {
  let value = 0n;
  for (let degree = polynomial.length - 1; degree >= 0; degree--) value = (value * x + polynomial[degree]!) % blsOrder;
  return value;
}

function keyOf(secret: Uint8Array): Uint8Array {
  const key = bls.publicKey(secret);
  if (key === undefined) throw new RangeError("a share of zero: deal again with other entropy");
  return key;
}
