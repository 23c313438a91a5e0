import { ONE_Q64, type Q64 } from "./fixedPoint.ts";

/** How near the low bits may be to a carry before the result is computed again with doubled precision. */
const MARGIN = 1n << 16n;

/** ⌊ln 2 · 2^128⌋ and ⌊ln 2 · 2^256⌋. */
const LN2_128 = 0xb17217f7d1cf79abc9e3b39803f2f6afn;
const LN2_256 = 0xb17217f7d1cf79abc9e3b39803f2f6af40f343267298b62d8a0d175b8baafa2bn;

/**
 * LN of kratos-core 6.2: the exact floor of ln(n) · 2^64. By the series of the inverse hyperbolic tangent on n / 2^k,
 * with 128 fractional bits, and with 256 where rounding errors could reach the result.
 * @param n from 1 up
 * @throws RangeError below 1
 * @example naturalLog(2n) // 12786308645202655659n
 */
export function naturalLog(n: bigint): Q64 {
  if (n < 1n) throw new RangeError("the logarithm of a number below 1");
  const sum = logarithm(n, 128n, LN2_128);
  const low = sum & (ONE_Q64 - 1n);
  if (n === 1n || (low > MARGIN && low < ONE_Q64 - MARGIN)) return sum >> 64n;
  return logarithm(n, 256n, LN2_256) >> 192n;
}

/** lnMicro of kratos-core 6.2: millionths, rounded down. */
export function lnMicro(n: bigint): bigint {
  return (naturalLog(n) * 1_000_000n) >> 64n;
}

/** ln(n) with so many fractional bits, slightly too small. */
function logarithm(n: bigint, bits: bigint, ln2: bigint): bigint {
  const one = 1n << bits;
  const k = BigInt(n.toString(2).length - 1);
  const m = (n << bits) >> k;
  const z = ((m - one) << bits) / (m + one);
  const square = (z * z) >> bits;
  let sum = 0n;
  for (let term = z, divisor = 1n; term > 0n; divisor += 2n) {
    sum += term / divisor;
    term = (term * square) >> bits;
  }
  return k * ln2 + 2n * sum;
}
