/** Fractional bits of the exponentials; kratos-core 9.1 asks for 128 and an error below 2^-100. */
export const EXPONENT_BITS = 192n;

const ONE = 1n << EXPONENT_BITS;
/** ⌊ln 2 · 2^256⌋. */
const LN2_256 = 0xb17217f7d1cf79abc9e3b39803f2f6af40f343267298b62d8a0d175b8baafa2bn;

/**
 * 2^(-numerator/denominator), with `EXPONENT_BITS` fractional bits. Exact where the exponent is an integer; elsewhere too
 * small by less than 2^-180.
 */
export function powerOfHalf(numerator: bigint, denominator: bigint): bigint {
  const whole = numerator / denominator;
  const rest = numerator % denominator;
  if (rest === 0n) return ONE >> whole;
  const exponent = (rest * (LN2_256 >> (256n - EXPONENT_BITS))) / denominator;
  return exponentialSeries(exponent) >> whole;
}

/** exp(-numerator/denominator), with `EXPONENT_BITS` fractional bits; exact for 0. */
export function exponentialDecay(numerator: bigint, denominator: bigint): bigint {
  const exponent = (numerator << 256n) / denominator;
  const halvings = exponent / LN2_256;
  const rest = (exponent % LN2_256) >> (256n - EXPONENT_BITS);
  return exponentialSeries(rest) >> halvings;
}

/** exp(-x) for x in 0..1 by its power series; the error stays below the number of terms in units of the last place. */
function exponentialSeries(x: bigint): bigint {
  let sum = ONE;
  let term = ONE;
  for (let k = 1n; term > 0n; k++) {
    term = ((term * x) >> EXPONENT_BITS) / k;
    sum += k % 2n === 1n ? -term : term;
  }
  return sum;
}
