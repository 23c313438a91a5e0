/** The order of the scalar field of BLS12-381. */
export const blsOrder = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;

/** A prime with the power in which it divides something; the exponent may be negative in a fraction. */
export interface PrimePower {
  readonly prime: number;
  readonly exponent: number;
}

/** All primes below `limit`, ascending. */
export function primesBelow(limit: number): readonly number[] {
  const composite = new Uint8Array(Math.max(limit, 2));
  const primes: number[] = [];
  for (let p = 2; p < limit; p++) {
    if (composite[p] === 1) continue;
    primes.push(p);
    for (let multiple = p * p; multiple < limit; multiple += p) composite[multiple] = 1;
  }
  return primes;
}

/** The p-adic valuation of a nonzero integer: how often `prime` divides it. */
export function valuation(prime: number, value: number): number {
  let rest = Math.abs(value);
  let count = 0;
  while (rest % prime === 0) {
    rest /= prime;
    count++;
  }
  return count;
}

/** The product of prime powers with exponents of at least zero. */
export function productOf(powers: readonly PrimePower[]): bigint {
  let product = 1n;
  for (const { prime, exponent } of powers) {
    if (exponent < 0) throw new RangeError(`not an integer: ${prime}^${exponent}`);
    product *= BigInt(prime) ** BigInt(exponent);
  }
  return product;
}

/** `value` modulo the group order, in 0..r-1. */
export function modOrder(value: bigint): bigint {
  const rest = value % blsOrder;
  return rest < 0n ? rest + blsOrder : rest;
}

/** The inverse modulo the group order by the extended Euclidean algorithm. Throws a RangeError for multiples of r. */
export function invertModOrder(value: bigint): bigint {
  let [low, high] = [modOrder(value), blsOrder];
  let [x, y] = [1n, 0n];
  if (low === 0n) throw new RangeError("zero has no inverse");
  while (low !== 0n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [x, y] = [y - quotient * x, x];
  }
  return modOrder(y);
}
