/**
 * Powers modulo a number of at most 40 bytes, for exponents of any length: one multiplication takes a fraction of what
 * general big integers take. Numbers are little-endian limbs of 32 bits, an even count of them, so that products and sums of
 * 64 bits hold every intermediate value.
 */
const MAX_LIMBS: usize = 10;
const BYTES: usize = MAX_LIMBS * 4;

const modulus = memory.data(40, 8);
/** base^0 to base^15, in the representation of `multiply`. */
const powers = memory.data(640, 8);
const power = memory.data(40, 8);
/** One limb more than a product step can carry into. */
const sum = memory.data(56, 8);

let limbs: usize = 0;
/** -modulus^-1 mod 2^32; unused when the modulus is a power of two. */
let inverse: u32 = 0;
/** True: arithmetic modulo 2^(32·limbs), the modulus is ignored. */
let isBinary: bool = false;

/** Where the caller writes the modulus. */
export function modulusAt(): usize {
  return modulus;
}

/** Where the caller writes one and then the base, 40 bytes apart, and where the result is read. */
export function oneAt(): usize {
  return powers;
}

/** See `modulusAt`. */
export function powerAt(): usize {
  return power;
}

/**
 * Begins a power. The modulus, one and the base are in place, the latter two multiplied by 2^(32·limbs) mod modulus unless
 * the arithmetic is binary.
 */
export function begin(count: usize, negativeInverse: u32, binary: bool): void {
  limbs = count;
  inverse = negativeInverse;
  isBinary = binary;
  for (let i: usize = 2; i < 16; i++) multiply(powers + i * BYTES, powers + (i - 1) * BYTES, powers + BYTES);
  memory.copy(power, powers, BYTES);
}

/** Appends bytes to the exponent, most significant first. */
export function append(bytes: usize, length: usize): void {
  if (limbs == 2) return appendTwo(bytes, length);
  for (let i: usize = 0; i < length; i++) {
    const digit: usize = load<u8>(bytes + i);
    square(4);
    if (digit >> 4) multiply(power, power, powers + (digit >> 4) * BYTES);
    square(4);
    if (digit & 15) multiply(power, power, powers + (digit & 15) * BYTES);
  }
}

/** The same with the power in a register. */
function appendTwo(bytes: usize, length: usize): void {
  let value = load<u64>(power);
  for (let i: usize = 0; i < length; i++) {
    const digit: usize = load<u8>(bytes + i);
    for (let j = 0; j < 4; j++) value = multiplyTwo(value, value);
    if (digit >> 4) value = multiplyTwo(value, load<u64>(powers + (digit >> 4) * BYTES));
    for (let j = 0; j < 4; j++) value = multiplyTwo(value, value);
    if (digit & 15) value = multiplyTwo(value, load<u64>(powers + (digit & 15) * BYTES));
  }
  store<u64>(power, value);
}

/** Appends zero bits to the exponent. */
export function square(times: u32): void {
  if (limbs == 2) {
    let value = load<u64>(power);
    for (; times > 0; times--) value = multiplyTwo(value, value);
    store<u64>(power, value);
  } else {
    for (; times > 0; times--) multiply(power, power, power);
  }
}

/** Takes the result out of its representation: a product with the plain number one. */
export function end(): void {
  if (isBinary) return;
  memory.fill(powers, 0, BYTES);
  store<u32>(powers, 1);
  multiply(power, power, powers);
}

function multiply(to: usize, a: usize, b: usize): void {
  if (limbs == 2) store<u64>(to, multiplyTwo(load<u64>(a), load<u64>(b)));
  else if (isBinary) multiplyBinary(to, a, b);
  else multiplyMontgomery(to, a, b);
}

/** a·b modulo 2^(32·limbs): the lower half of the product. */
function multiplyBinary(to: usize, a: usize, b: usize): void {
  memory.fill(sum, 0, BYTES);
  for (let i: usize = 0; i < limbs; i++) {
    const digit: u64 = load<u32>(b + (i << 2));
    let carry: u64 = 0;
    for (let j: usize = 0; j < limbs - i; j++) {
      const at = sum + ((i + j) << 2);
      const x = <u64>load<u32>(at) + <u64>load<u32>(a + (j << 2)) * digit + carry;
      store<u32>(at, <u32>x);
      carry = x >> 32;
    }
  }
  memory.copy(to, sum, BYTES);
}

/** a·b / 2^(32·limbs) modulo the modulus (Montgomery), digit by digit. */
function multiplyMontgomery(to: usize, a: usize, b: usize): void {
  const last = (limbs - 1) << 2;
  for (let i: usize = 0; i <= last; i += 8) store<u64>(sum + i, 0);
  let top: u64 = 0;
  for (let i: usize = 0; i <= last; i += 4) {
    const digit: u64 = load<u32>(b + i);
    const first = <u64>load<u32>(a) * digit + <u64>load<u32>(sum);
    const factor = <u64>(<u32>first * inverse);
    let carry = first >> 32;
    let reduced = (<u64><u32>first + <u64>load<u32>(modulus) * factor) >> 32;
    for (let j: usize = 4; j <= last; j += 4) {
      const x = <u64>load<u32>(a + j) * digit + <u64>load<u32>(sum + j) + carry;
      carry = x >> 32;
      const y = <u64>load<u32>(modulus + j) * factor + <u64><u32>x + reduced;
      reduced = y >> 32;
      store<u32>(sum + j - 4, <u32>y);
    }
    top += carry + reduced;
    store<u32>(sum + last, <u32>top);
    top >>= 32;
  }
  subtractModulus(to, top != 0);
}

/** The same for two limbs, all in registers: the smallest moduli have the lowest price per step. */
function multiplyTwo(a: u64, b: u64): u64 {
  if (isBinary) return a * b;
  const n = load<u64>(modulus);
  const a0 = a & 0xffffffff, a1 = a >> 32;
  const n0 = n & 0xffffffff, n1 = n >> 32;
  let digit = b & 0xffffffff;
  let x = a0 * digit;
  let factor = <u64>(<u32>x * inverse);
  let y = n0 * factor + <u64><u32>x;
  x = a1 * digit + (x >> 32);
  y = n1 * factor + <u64><u32>x + (y >> 32);
  const low = <u64><u32>y;
  const high = (x >> 32) + (y >> 32);
  digit = b >> 32;
  x = a0 * digit + low;
  factor = <u64>(<u32>x * inverse);
  y = n0 * factor + <u64><u32>x;
  x = a1 * digit + <u64><u32>high + (x >> 32);
  y = n1 * factor + <u64><u32>x + (y >> 32);
  const top = (high >> 32) + (x >> 32) + (y >> 32);
  const result = (top << 32) | <u64><u32>y;
  return top >> 32 || result >= n ? result - n : result;
}

/** Stores `sum`, less the modulus when it is not below it; `carried` says that a limb above is set. */
function subtractModulus(to: usize, carried: bool): void {
  let isAbove = carried;
  if (!isAbove) {
    isAbove = true;
    for (let i: isize = (limbs - 1) << 2; i >= 0; i -= 4) {
      const x = load<u32>(sum + i), n = load<u32>(modulus + i);
      if (x != n) {
        isAbove = x > n;
        break;
      }
    }
  }
  if (!isAbove) {
    for (let i: usize = 0; i < limbs << 2; i += 8) store<u64>(to + i, load<u64>(sum + i));
    return;
  }
  let borrow: u64 = 0;
  for (let i: usize = 0; i < limbs << 2; i += 4) {
    const x = <u64>load<u32>(sum + i) - <u64>load<u32>(modulus + i) - borrow;
    store<u32>(to + i, <u32>x);
    borrow = x >> 63;
  }
}
