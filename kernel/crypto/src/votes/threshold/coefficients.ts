import { BoundedMap } from "../boundedMap.ts";
import { deltaPowers } from "./delta.ts";
import { blsOrder, modOrder, productOf, valuation } from "./valuations.ts";

/** Integers with which the points of a subset combine to the group's point (kairos K12, two-step form). */
export interface Coefficients {
  /** D_S·λ_i for each share index of the subset, in its order; of either sign, at most 254 bits. */
  readonly integers: readonly bigint[];
  /** Δ_t / D_S, by which the one combined point is multiplied; 0..r-1. */
  readonly multiplier: bigint;
  /** D_S, the least common denominator of the subset's λ_i. */
  readonly denominator: bigint;
}

const remembered = new BoundedMap<string, Coefficients>(256);
const half = blsOrder >> 1n;

/**
 * Coefficients of one subset. They come from the valuations of their primes, so no greatest common divisor of long integers
 * is ever taken.
 * @param n number of shares
 * @param shareIndices t distinct share indices in 1..n, ascending
 * @example combinationCoefficients(6, [1, 3, 6]).integers // [9n, -5n, 1n], with multiplier 24n
 */
export function combinationCoefficients(n: number, shareIndices: readonly number[]): Coefficients {
  const name = `${n}/${shareIndices.join(",")}`;
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const made = make(n, shareIndices);
  remembered.set(name, made);
  return made;
}

function make(n: number, subset: readonly number[]): Coefficients {
  const delta = deltaPowers(n, subset.length);
  // exponents[k][i]: the power of the k-th prime in λ of the i-th member.
  const exponents = delta.map(({ prime }) => lagrangeExponents(prime, n, subset));
  const denominators = exponents.map((row) => -Math.min(0, ...row));
  const integers = subset.map((own, i) => {
    const size = productOf(delta.map(({ prime }, k) => ({ prime, exponent: exponents[k]![i]! + denominators[k]! })));
    // The prime n itself divides a numerator when n is prime and in the subset, never a difference.
    const whole = size * rest(n, own, subset);
    const negative = subset.filter((other) => other < own).length % 2 === 1;
    return centred(negative ? -whole : whole);
  });
  const powers = delta.map(({ prime, exponent }, k) => ({ prime, exponent: exponent - denominators[k]! }));
  const denominator = productOf(delta.map(({ prime }, k) => ({ prime, exponent: denominators[k]! })));
  return { integers, multiplier: modOrder(productOf(powers)), denominator };
}

/** v_p(λ_i) = Σ_j (v_p(j) - v_p(j-i)) for every member i. */
function lagrangeExponents(prime: number, n: number, subset: readonly number[]): readonly number[] {
  const powers = new Int8Array(n + 1);
  for (let k = prime; k <= n; k += prime) powers[k] = valuation(prime, k);
  let all = 0;
  for (const j of subset) all += powers[j]!;
  return subset.map((i) => {
    let sum = all - powers[i]!;
    for (const j of subset) sum -= powers[Math.abs(j - i)]!;
    return sum;
  });
}

/** n when it is a prime that divides the numerator of this member's λ, else 1: deltaPowers covers the primes below n. */
function rest(n: number, own: number, subset: readonly number[]): bigint {
  if (own === n || !subset.includes(n)) return 1n;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return 1n;
  return n > 1 ? BigInt(n) : 1n;
}

/** Long integers are replaced by the representative modulo r of least size: the points have order r. */
function centred(value: bigint): bigint {
  if (value < half && value > -half) return value;
  const positive = modOrder(value);
  return positive > half ? positive - blsOrder : positive;
}
