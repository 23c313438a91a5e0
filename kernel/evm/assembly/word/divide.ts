import { lt } from "./compare";
import { copy, setU64 } from "./bytes";
import { divideByLimb } from "./divideByLimb";

/** Digits of 32 bits of the normalised dividend (at most 16 and one more) and divisor, and of the quotient. */
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
  divideDigits(a, 8, b);
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
  modDigits(dst, a, 8, b);
}

/** Remainder of `length` 32-bit digits at `a` (at most 16) by a word of more than one limb. */
export function modDigits(dst: usize, a: usize, length: i32, b: usize): void {
  const shift = divideDigits(a, length, b);
  // The remainder is where the dividend was, moved left by the normalising shift.
  for (let i: usize = 0; i < 32; i += 8) {
    const low = load<u64>(dividend + i) >> shift;
    const high = shift == 0 ? 0 : load<u64>(dividend + i + 8) << (64 - shift);
    store<u64>(dst + i, low | high);
  }
}

/**
 * Knuth's algorithm D (The Art of Computer Programming 4.3.1) with 32-bit digits, whose quotient digits the machine
 * divides in one instruction. Leaves the quotient in `quotient` and the shifted remainder in `dividend`.
 * @returns the normalising shift, 0..31
 */
function divideDigits(a: usize, length: i32, b: usize): u64 {
  let n: i32 = 8;
  while (load<u32>(b + ((n - 1) << 2)) == 0) n--;
  let m = length;
  while (m > n && load<u32>(a + ((m - 1) << 2)) == 0) m--;
  const shift = i32.clz(load<u32>(b + ((n - 1) << 2)));
  shiftLeft(divisor, b, n, shift);
  const top = shiftLeft(dividend, a, m, shift);
  // Above the digits in use there may be digits of the division before.
  store<u32>(dividend + (m << 2), top);
  for (let i = m + 1; i < 10; i++) store<u32>(dividend + (i << 2), 0);
  memory.fill(quotient, 0, 64);
  for (let j = m - n; j >= 0; j--) store<u32>(quotient + (j << 2), <u32>quotientDigit(dividend + (j << 2), n));
  return shift;
}

/** Copies `n` digits moved left by 0..31 bits. @returns the bits that fell off at the top */
function shiftLeft(dst: usize, src: usize, n: i32, shift: u32): u32 {
  let carry: u64 = 0;
  for (let i: usize = 0; i < <usize>(n << 2); i += 4) {
    const wide = (<u64>load<u32>(src + i) << shift) | carry;
    store<u32>(dst + i, <u32>wide);
    carry = wide >> 32;
  }
  return <u32>carry;
}

/** One digit of the quotient: estimates it from the first digits, then subtracts digit · divisor from `u`. */
function quotientDigit(u: usize, n: i32): u64 {
  const end = <usize>(n << 2);
  const first = <u64>load<u32>(divisor + end - 4);
  const second = <u64>load<u32>(divisor + end - 8);
  const head = load<u64>(u + end - 4);
  let q = head / first;
  let rest = head - q * first;
  const next = <u64>load<u32>(u + end - 8);
  while (q > 0xffffffff || q * second > ((rest << 32) | next)) {
    q--;
    rest += first;
    if (rest > 0xffffffff) break;
  }
  let carry: u64 = 0;
  let borrow: u64 = 0;
  for (let i: usize = 0; i < end; i += 4) {
    const p = q * <u64>load<u32>(divisor + i) + carry;
    carry = p >> 32;
    const t = <u64>load<u32>(u + i) - (p & 0xffffffff) - borrow;
    store<u32>(u + i, <u32>t);
    borrow = t >> 63;
  }
  const t = <u64>load<u32>(u + end) - carry - borrow;
  store<u32>(u + end, <u32>t);
  if (t >> 63 == 0) return q;
  // The estimate was one too large: add the divisor back.
  carry = 0;
  for (let i: usize = 0; i < end; i += 4) {
    const sum = <u64>load<u32>(u + i) + <u64>load<u32>(divisor + i) + carry;
    store<u32>(u + i, <u32>sum);
    carry = sum >> 32;
  }
  store<u32>(u + end, load<u32>(u + end) + <u32>carry);
  return q - 1;
}
