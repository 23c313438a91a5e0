import { bytesToBigInt } from "@polis/codec";
import { openKernel } from "./kernel.ts";

/** Moduli of more bytes are faster with big integers. */
export const smallModulusBytes = 40;

/** Limbs are of 32 bits; `kernel` takes an even count and keeps numbers 40 bytes apart. */
const numberBytes = 40;

/** The kernel counts squarings in 32 bits. */
const maxSquarings = 0x4000_0000;

/**
 * base^exponent mod modulus for a modulus below 2^320. A modulus with a factor 2^k is dealt with apart for 2^k and for the
 * odd rest, whose results the Chinese remainder theorem joins.
 * @param exponent big-endian bytes without zeros in front, not empty, followed by `zeros` bytes that are zero
 */
export function smallPower(base: bigint, exponent: Uint8Array, zeros: number, modulus: bigint): bigint {
  let twos = 0n;
  while (((modulus >> twos) & 1n) === 0n) twos++;
  const odd = modulus >> twos;
  const oddPower = odd === 1n ? 0n : montgomeryPower(base % odd, exponent, zeros, odd);
  if (twos === 0n) return oddPower;
  const binaryPower = powerOfTwoModulus(base, exponent, zeros, twos);
  const inverse = inverseModuloPowerOfTwo(odd, twos);
  return oddPower + odd * BigInt.asUintN(Number(twos), (binaryPower - oddPower) * inverse);
}

function montgomeryPower(base: bigint, exponent: Uint8Array, zeros: number, odd: bigint): bigint {
  const { kernel } = openKernel();
  const limbs = evenLimbs(odd);
  const shift = BigInt(limbs * 32);
  write(kernel.modulusAt(), odd);
  write(kernel.oneAt(), (1n << shift) % odd);
  write(kernel.oneAt() + numberBytes, (base << shift) % odd);
  const negativeInverse = BigInt.asUintN(32, -inverseModuloPowerOfTwo(odd, 32n));
  return run(limbs, Number(negativeInverse), false, exponent, zeros);
}

/**
 * Odd numbers have orders that divide 2^bits, so only the last bits of their exponent matter. Even numbers vanish unless the
 * exponent is tiny.
 */
function powerOfTwoModulus(base: bigint, exponent: Uint8Array, zeros: number, bits: bigint): bigint {
  let digits = exponent;
  const lastBytes = Math.ceil(Number(bits) / 8);
  if ((base & 1n) === 1n) {
    if (zeros >= lastBytes) return 1n;
    digits = exponent.subarray(Math.max(0, exponent.length - (lastBytes - zeros)));
  } else if (exponent.length + zeros > 2 || bytesToBigInt(exponent) << BigInt(8 * zeros) >= bits) return 0n;
  const limbs = evenLimbs((1n << bits) - 1n);
  const { kernel } = openKernel();
  write(kernel.oneAt(), 1n);
  write(kernel.oneAt() + numberBytes, BigInt.asUintN(limbs * 32, base));
  return BigInt.asUintN(Number(bits), run(limbs, 0, true, digits, zeros));
}

function run(limbs: number, inverse: number, isBinary: boolean, exponent: Uint8Array, zeros: number): bigint {
  const { kernel, kernelMemory, kernelBuffer } = openKernel();
  kernel.begin(limbs, inverse, isBinary ? 1 : 0);
  for (let at = 0; at < exponent.length; at += kernelBuffer.bytes) {
    const part = exponent.subarray(at, at + kernelBuffer.bytes);
    kernelMemory.set(part, kernelBuffer.at);
    kernel.append(kernelBuffer.at, part.length);
  }
  for (let bits = zeros * 8; bits > 0; bits -= maxSquarings) kernel.square(Math.min(bits, maxSquarings));
  kernel.end();
  let value = 0n;
  const words = new BigUint64Array(kernel.memory.buffer, kernel.powerAt(), limbs / 2);
  for (let i = words.length - 1; i >= 0; i--) value = (value << 64n) | words[i]!;
  return value;
}

function write(at: number, value: bigint): void {
  const words = new BigUint64Array(openKernel().kernel.memory.buffer, at, numberBytes / 8);
  for (let i = 0; i < words.length; i++) words[i] = BigInt.asUintN(64, value >> BigInt(64 * i));
}

function evenLimbs(largest: bigint): number {
  let limbs = 2;
  while (largest >> BigInt(limbs * 32) !== 0n) limbs += 2;
  return limbs;
}

/** The inverse of an odd number modulo 2^bits: Newton's iteration doubles the right bits each time. */
function inverseModuloPowerOfTwo(odd: bigint, bits: bigint): bigint {
  let inverse = 1n;
  for (let right = 1n; right < bits; right *= 2n)
    inverse = BigInt.asUintN(Number(bits), inverse * (2n - odd * inverse));
  return inverse;
}
