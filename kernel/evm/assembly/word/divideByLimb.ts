import { mulHigh } from "./multiply";

/**
 * Divides `length` limbs at `a` by one limb that is not 0.
 * @param quotient where the quotient goes, may be `a`; 0 when it is not wanted
 * @returns the remainder
 */
export function divideByLimb(quotient: usize, a: usize, length: i32, limb: u64): u64 {
  const shift = i64.clz(limb);
  const divisor = limb << shift;
  // Bits of a limb that cross into the one above it; a shift by 64 would be one by 0, hence two.
  const rest = 63 - shift;
  const v = reciprocal(divisor);
  let current = load<u64>(a + ((length - 1) << 3));
  let remainder = (current >> 1) >> rest;
  for (let i = length - 1; i >= 0; i--) {
    const below = i == 0 ? 0 : load<u64>(a + ((i - 1) << 3));
    const low = (current << shift) | ((below >> 1) >> rest);
    // Two limbs by one with the reciprocal (Möller and Granlund, algorithm 4).
    const product = v * remainder;
    const q0 = product + low;
    let q = mulHigh(v, remainder) + remainder + u64(q0 < product) + 1;
    remainder = low - q * divisor;
    if (remainder > q0) {
      q--;
      remainder += divisor;
    }
    if (remainder >= divisor) {
      q++;
      remainder -= divisor;
    }
    if (quotient != 0) store<u64>(quotient + (i << 3), q);
    current = below;
  }
  return remainder >> shift;
}

/** Reciprocal of a number whose first bit is 1: (2^128 - 1) / d - 2^64, rounded down. */
export function reciprocal(d: u64): u64 {
  return divideTwoLimbs(~d, u64.MAX_VALUE, d);
}

/** (high · 2^64 + low) / divisor, where high < divisor and the divisor's first bit is 1: two digits of 32 bits. */
function divideTwoLimbs(high: u64, low: u64, divisor: u64): u64 {
  const first = divisor >> 32;
  const second = divisor & 0xffffffff;
  const q1 = digit(high, low >> 32, first, second);
  const middle = ((high << 32) | (low >> 32)) - q1 * divisor;
  const q0 = digit(middle, low & 0xffffffff, first, second);
  return (q1 << 32) + q0;
}

/** Quotient of three digits, of which `head` holds two, by two: the estimate is at most two too large. */
function digit(head: u64, next: u64, first: u64, second: u64): u64 {
  let q = head / first;
  let rest = head - q * first;
  while (q > 0xffffffff || q * second > ((rest << 32) | next)) {
    q--;
    rest += first;
    if (rest > 0xffffffff) break;
  }
  return q;
}
