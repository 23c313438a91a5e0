import { BoundedMap } from "../boundedMap.ts";
import { type PrimePower, primesBelow, productOf, valuation } from "./valuations.ts";

const remembered = new BoundedMap<string, readonly PrimePower[]>(16);

/**
 * The exponents e_p of Δ_t = Π p^e_p over the primes p < n (kairos K11): the least integer that makes every Lagrange
 * coefficient of every t-subset of 1..n whole.
 * @param n number of shares
 * @param t threshold, 1..n
 */
export function deltaPowers(n: number, t: number): readonly PrimePower[] {
  const name = `${n}/${t}`;
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const powers = primesBelow(n).map((prime) => ({ prime, exponent: deltaExponent(prime, n, t) }));
  remembered.set(name, powers);
  return powers;
}

/**
 * Δ_t as an integer.
 * @example delta(6, 3) // 120n
 */
export function delta(n: number, t: number): bigint {
  return productOf(deltaPowers(n, t));
}

/** e_p = max(0, max over i of the sum of the t-1 largest v_p(j-i) - v_p(j)). */
function deltaExponent(prime: number, n: number, t: number): number {
  const own = new Uint8Array(n + 1);
  for (let j = prime; j <= n; j += prime) own[j] = valuation(prime, j);
  let largest = 0;
  for (let i = 1; i <= n; i++) {
    // counts[offset + d] is the number of j with the difference d; no difference exceeds log2(1024) = 10.
    const offset = 16;
    const counts = new Int32Array(2 * offset + 1);
    counts[offset] = n - 1;
    const record = (j: number, difference: number) => {
      if (j === i || difference === 0) return;
      counts[offset]!--;
      counts[offset + difference]!++;
    };
    for (let j = ((i - 1) % prime) + 1; j <= n; j += prime) {
      if (j !== i) record(j, valuation(prime, j - i) - own[j]!);
    }
    // When p divides i the two progressions are the same, and the loop above has seen it.
    if (i % prime !== 0) for (let j = prime; j <= n; j += prime) record(j, -own[j]!);
    largest = Math.max(largest, sumOfLargest(counts, offset, t - 1));
  }
  return largest;
}

function sumOfLargest(counts: Int32Array, offset: number, howMany: number): number {
  let sum = 0;
  let left = howMany;
  for (let d = offset; d >= -offset && left > 0; d--) {
    const taken = Math.min(left, counts[offset + d]!);
    sum += taken * d;
    left -= taken;
  }
  return sum;
}
