import { lt } from "./compare";
import { copy, setU64 } from "./bytes";
import { divideByLimb, reciprocal } from "./divideByLimb";
import { mulHigh } from "./multiply";

/** Limbs of the normalised dividend (at most eight and one more) and divisor, and of the quotient. */
const dividend = memory.data(72, 8);
const divisor = memory.data(32, 8);
const quotient = memory.data(64, 8);

/** DIV: a / b rounded down; 0 when b = 0. */
export function div(dst: usize, a: usize, b: usize): void {
  if ((load<u64>(b, 8) | load<u64>(b, 16) | load<u64>(b, 24)) == 0) {
    const limb = load<u64>(b);
    if (limb == 0) setU64(dst, 0);
    else if ((load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)) == 0) setU64(dst, load<u64>(a) / limb);
    else divideByLimb(dst, a, 4, limb);
    return;
  }
  if (lt(a, b)) {
    setU64(dst, 0);
    return;
  }
  divideLimbs(a, 4, b);
  copy(dst, quotient);
}

/** MOD: what remains of a / b; 0 when b = 0. */
export function mod(dst: usize, a: usize, b: usize): void {
  if ((load<u64>(b, 8) | load<u64>(b, 16) | load<u64>(b, 24)) == 0) {
    const limb = load<u64>(b);
    if (limb == 0) setU64(dst, 0);
    else if ((load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)) == 0) setU64(dst, load<u64>(a) % limb);
    else setU64(dst, divideByLimb(0, a, 4, limb));
    return;
  }
  if (lt(a, b)) {
    copy(dst, a);
    return;
  }
  modLimbs(dst, a, 4, b);
}

/** Remainder of `length` limbs at `a` (at most eight) by a word of more than one limb. */
export function modLimbs(dst: usize, a: usize, length: i32, b: usize): void {
  const shift = divideLimbs(a, length, b);
  let n: i32 = 4;
  while (load<u64>(b + ((n - 1) << 3)) == 0) n--;
  // The remainder is where the dividend was, moved left by the normalising shift.
  let above: u64 = 0;
  const rest = 63 - shift;
  for (let i = 3; i >= 0; i--) {
    const limb = i < n ? load<u64>(dividend + (i << 3)) : 0;
    store<u64>(dst + (i << 3), (limb >> shift) | ((above << 1) << rest));
    above = limb;
  }
}

/**
 * Knuth's algorithm D (The Art of Computer Programming 4.3.1) with 64-bit digits. A digit of the quotient comes from
 * three limbs by two, multiplied with a reciprocal of the divisor's first two (Möller and Granlund, Improved division by
 * invariant integers, algorithms 4 and 6). Leaves the quotient in `quotient` and the shifted remainder in `dividend`.
 * @returns the normalising shift, 0..63
 */
function divideLimbs(a: usize, length: i32, b: usize): u64 {
  let n: i32 = 4;
  while (load<u64>(b + ((n - 1) << 3)) == 0) n--;
  let m = length;
  while (m > n && load<u64>(a + ((m - 1) << 3)) == 0) m--;
  const shift = i64.clz(load<u64>(b + ((n - 1) << 3)));
  shiftLeft(divisor, b, n, shift);
  store<u64>(dividend + (m << 3), shiftLeft(dividend, a, m, shift));
  memory.fill(quotient, 0, 64);
  const d1 = load<u64>(divisor + ((n - 1) << 3));
  const d0 = load<u64>(divisor + ((n - 2) << 3));
  const v = wideReciprocal(d1, d0);
  for (let j = m - n; j >= 0; j--) {
    const digit = quotientDigit(dividend + (j << 3), n, d1, d0, v);
    store<u64>(quotient + (j << 3), digit);
  }
  return shift;
}

/** Copies `n` limbs moved left by 0..63 bits. @returns the bits that fell off at the top */
function shiftLeft(dst: usize, src: usize, n: i32, shift: u64): u64 {
  const rest = 63 - shift;
  let below: u64 = 0;
  for (let i: usize = 0; i < <usize>(n << 3); i += 8) {
    const limb = load<u64>(src + i);
    store<u64>(dst + i, (limb << shift) | ((below >> 1) >> rest));
    below = limb;
  }
  return (below >> 1) >> rest;
}

/** Reciprocal of a normalised number of two limbs: (2^192 - 1) / d - 2^64, rounded down. */
function wideReciprocal(d1: u64, d0: u64): u64 {
  let v = reciprocal(d1);
  let p = d1 * v + d0;
  if (p < d0) {
    v--;
    if (p >= d1) {
      v--;
      p -= d1;
    }
    p -= d1;
  }
  const high = mulHigh(v, d0);
  p += high;
  if (p < high) {
    v--;
    if (p > d1 || (p == d1 && v * d0 + d0 >= d0)) v--;
  }
  return v;
}

/** One digit of the quotient of the limbs at `u`, of which it takes digit · divisor away. */
function quotientDigit(u: usize, n: i32, d1: u64, d0: u64, v: u64): u64 {
  const end = u + (n << 3);
  const u2 = load<u64>(end);
  const u1 = load<u64>(end - 8);
  if (u2 == d1 && u1 == d0) {
    subtractProduct(u, n, u64.MAX_VALUE);
    return u64.MAX_VALUE;
  }
  const low = v * u2;
  const q0 = low + u1;
  let q = mulHigh(v, u2) + u2 + u64(q0 < low);
  const t = d0 * q;
  const u0 = load<u64>(end - 16);
  let r1 = u1 - q * d1 - mulHigh(d0, q) - u64(u0 < t);
  let r0 = u0 - t;
  r1 -= d1 + u64(r0 < d0);
  r0 -= d0;
  q++;
  if (r1 >= q0) {
    q--;
    r0 += d0;
    r1 += d1 + u64(r0 < d0);
  }
  if (r1 > d1 || (r1 == d1 && r0 >= d0)) {
    q++;
    r1 -= d1 + u64(r0 < d0);
    r0 -= d0;
  }
  const borrow = n > 2 ? subtractProduct(u, n - 2, q) : 0;
  const under = r0 < borrow;
  store<u64>(end - 16, r0 - borrow);
  store<u64>(end - 8, r1 - u64(under));
  if (!under || r1 != 0) return q;
  // The estimate was one too large: add the divisor back.
  store<u64>(end - 8, load<u64>(end - 8) + d1 + addBack(u, n - 1));
  return q - 1;
}

/** Takes digit · divisor away from `n` limbs. @returns what could not be taken */
function subtractProduct(u: usize, n: i32, digit: u64): u64 {
  let carry: u64 = 0;
  for (let i: usize = 0; i < <usize>(n << 3); i += 8) {
    const d = load<u64>(divisor + i);
    const p = digit * d;
    const sum = p + carry;
    const before = load<u64>(u + i);
    store<u64>(u + i, before - sum);
    carry = mulHigh(digit, d) + u64(sum < p) + u64(before < sum);
  }
  return carry;
}

/** Adds `n` limbs of the divisor. @returns the carry */
function addBack(u: usize, n: i32): u64 {
  let carry: u64 = 0;
  for (let i: usize = 0; i < <usize>(n << 3); i += 8) {
    const d = load<u64>(divisor + i);
    const sum = load<u64>(u + i) + carry;
    const total = sum + d;
    carry = u64(sum < carry) | u64(total < d);
    store<u64>(u + i, total);
  }
  return carry;
}
