/** A non-negative number in steps of 2^-64: q stands for q / 2^64 (kratos-core 6.2). */
export type Q64 = bigint;

/** One in Q64. */
export const ONE_Q64: Q64 = 1n << 64n;

/** Base units of one KRAT (kratos-core 1.1). */
const KRAT = 10n ** 12n;

/** The product of two Q64 numbers, rounded down (kratos-core 6.2). */
export function mulQ(a: Q64, b: Q64): Q64 {
  return (a * b) >> 64n;
}

/**
 * The largest integer whose square is at most `n`, by Newton's method from above: it falls until it no longer does.
 * @throws RangeError when n is negative
 */
export function integerSqrt(n: bigint): bigint {
  if (n < 0n) throw new RangeError("the square root of a negative number");
  if (n < 2n) return n;
  let root = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/**
 * SQRT of kratos-core 6.2: the exact floor of the square root of a stake in KRAT, as Q64.
 * @param stake base units, 10^-12 KRAT
 * @example sqrtStake(1_000_000n * 10n ** 12n) // 1000 * 2^64
 */
export function sqrtStake(stake: bigint): Q64 {
  return integerSqrt((stake << 128n) / KRAT);
}
