import { smallModulusBytes, smallPower } from "./smallPower.ts";

/** Bits of the exponent that one multiplication deals with. */
const windowBits = 4;

/** Exponents up to this size are worth no table of powers. */
const smallExponentBits = 32;

/**
 * base^exponent mod modulus by squaring.
 * @param base below the modulus
 * @param exponent big-endian bytes
 * @param zeros further bytes of the exponent, all zero
 * @param modulus at least 2
 */
export function powerModulo(base: bigint, exponent: Uint8Array, zeros: number, modulus: bigint): bigint {
  let start = 0;
  while (start < exponent.length && exponent[start] === 0) start++;
  const digits = exponent.subarray(start);
  if (digits.length === 0) return 1n;
  if (base <= 1n) return base;
  const isShort = digits.length * 8 <= smallExponentBits;
  // A single byte of exponent is done before the numbers have moved.
  if (modulus >> BigInt(8 * smallModulusBytes) === 0n && digits.length + zeros > 1) {
    return smallPower(base, digits, zeros, modulus);
  }
  let power = isShort ? bitByBit(base, digits, modulus) : byWindows(base, digits, modulus);
  // A power that is 0 or 1 stays so: attackers may choose it together with millions of zeros.
  for (let i = 0; i < zeros * 8 && power > 1n; i++) power = (power * power) % modulus;
  return power;
}

function bitByBit(base: bigint, digits: Uint8Array, modulus: bigint): bigint {
  let power = base;
  const first = 31 - Math.clz32(digits[0]!);
  for (let i = 0; i < digits.length; i++) {
    for (let bit = i === 0 ? first - 1 : 7; bit >= 0; bit--) {
      power = (power * power) % modulus;
      if (((digits[i]! >> bit) & 1) === 1) power = (power * base) % modulus;
    }
  }
  return power;
}

function byWindows(base: bigint, digits: Uint8Array, modulus: bigint): bigint {
  const powers = [1n, base];
  for (let i = 2; i < 1 << windowBits; i++) powers.push((powers[i - 1]! * base) % modulus);
  let power = 1n;
  for (const digit of digits) {
    power = window(power, digit >> 4);
    power = window(power, digit & 15);
  }
  return power;
  function window(start: bigint, value: number): bigint {
    let result = start;
    if (result > 1n) for (let i = 0; i < windowBits; i++) result = (result * result) % modulus;
    return value === 0 ? result : (result * powers[value]!) % modulus;
  }
}

/** Number of bits of a number that is not zero. */
export function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex[0]!, 16)));
}
