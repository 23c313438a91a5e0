import { pippenger } from "@noble/curves/abstract/curve.js";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { bytesToBigInt, concatBytes, type Fault, fault, ok, type Result } from "@polis/codec";
import { bls, sha512 } from "../../native/primitives.ts";
import { combinationCoefficients } from "./coefficients.ts";
import type { SharingKeys } from "./context.ts";
import { blsOrder, invertModOrder, modOrder } from "./valuations.ts";

const G1 = bls12_381.G1.Point;

/** What checking a sharing can report. */
export type SharingFault = Fault<"VALIDATORS_KEY" | "VALIDATORS_SHARES" | "VALIDATORS_GROUP_KEY">;

/**
 * Checks that the share keys of one sharing lie on one polynomial of degree t-1 and that its value at zero, times Δ_t, is
 * the group key (kairos K8, K13). The first is tested with a random word of the dual code, drawn from a hash of all keys:
 * wrong keys pass with a chance of 2^-250.
 * @param t threshold of the sharing
 */
export function checkSharing(keys: SharingKeys, t: number): Result<true, SharingFault> {
  const n = keys.shareKeys.length;
  for (const bytes of [keys.groupKey, ...keys.shareKeys]) {
    if (bls.parsePublicKey(bytes) === undefined) return fault("VALIDATORS_KEY");
  }
  const points = keys.shareKeys.map((bytes) => G1.fromBytes(bytes));
  if (t < n) {
    const word = dualWord(n, n - t - 1, sha512(concatBytes(keys.groupKey, ...keys.shareKeys)));
    if (!pippenger(G1, points, [...word]).is0()) return fault("VALIDATORS_SHARES");
  }
  const first = Array.from({ length: t }, (_, i) => i + 1);
  const { integers, multiplier } = combinationCoefficients(n, first);
  const scalars = integers.map((integer) => modOrder(integer * multiplier));
  const group = pippenger(G1, points.slice(0, t), scalars);
  return group.equals(G1.fromBytes(keys.groupKey)) ? ok(true) : fault("VALIDATORS_GROUP_KEY");
}

/** v_i·q(i) for i = 1..n, with v_i = Π_{j≠i} 1/(i-j) and q a random polynomial of the degree. */
function dualWord(n: number, degree: number, seed: Uint8Array): readonly bigint[] {
  const polynomial: bigint[] = [];
  let state = seed;
  for (let k = 0; k <= degree; k++) {
    state = sha512(state);
    polynomial.push(bytesToBigInt(state) % blsOrder);
  }
  const factorials = [1n];
  for (let k = 1; k <= n; k++) factorials.push((factorials[k - 1]! * BigInt(k)) % blsOrder);
  return Array.from({ length: n }, (_, at) => {
    const x = BigInt(at + 1);
    let value = 0n;
    for (let k = degree; k >= 0; k--) value = (value * x + polynomial[k]!) % blsOrder;
    // Π_{j≠i} (i-j) = (i-1)!·(n-i)!·(-1)^(n-i)
    const product = factorials[at]! * factorials[n - 1 - at]!;
    return modOrder(value * invertModOrder((n - 1 - at) % 2 === 0 ? product : -product));
  });
}
