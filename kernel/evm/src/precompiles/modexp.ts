import { bigIntToBytes, bytesToBigInt } from "@polis/codec";
import { padded } from "./padded.ts";
import { bitLength, powerModulo } from "./powerModulo.ts";
import type { Precompile } from "./types.ts";

/** 0x05 up to Prague: base^exponent mod modulus, at the price of EIP-2565. */
export const modexpEip2565: Precompile = {
  gas(input) {
    const lengths = lengthsOf(input);
    const words = (longest(lengths) + 7n) / 8n;
    const gas = (words * words * iterations(input, lengths, 8n)) / 3n;
    return gas > 200n ? gas : 200n;
  },
  run: (input) => modexp(input, undefined),
};

/** Bytes that each number may have under EIP-7823. */
const maxBytes = 1024n;

/** 0x05 from Osaka on: the price of EIP-7883 and the bound of EIP-7823. */
export const modexpEip7883: Precompile = {
  gas(input) {
    const lengths = lengthsOf(input);
    const words = (longest(lengths) + 7n) / 8n;
    const complexity = longest(lengths) > 32n ? 2n * words * words : 16n;
    const gas = complexity * iterations(input, lengths, 16n);
    return gas > 500n ? gas : 500n;
  },
  run: (input) => modexp(input, maxBytes),
};

interface Lengths {
  readonly base: bigint;
  readonly exponent: bigint;
  readonly modulus: bigint;
}

function lengthsOf(input: Uint8Array): Lengths {
  const word = (at: number) => bytesToBigInt(padded(input, at, 32));
  return { base: word(0), exponent: word(32), modulus: word(64) };
}

function longest({ base, modulus }: Lengths): bigint {
  return base > modulus ? base : modulus;
}

/** Squarings that the exponent costs, told from its length and its first 32 bytes; `perByte` for each further byte. */
function iterations(input: Uint8Array, { base, exponent }: Lengths, perByte: bigint): bigint {
  const headBytes = exponent < 32n ? Number(exponent) : 32;
  const at = 96n + base;
  const head = at < BigInt(input.length) ? bytesToBigInt(padded(input, Number(at), headBytes)) : 0n;
  const headBits = head === 0n ? 0n : BigInt(bitLength(head) - 1);
  const count = exponent > 32n ? perByte * (exponent - 32n) + headBits : headBits;
  return count > 1n ? count : 1n;
}

/**
 * The price bounds the lengths: it grows with the square of base and modulus and with the exponent, unless base and modulus
 * are both empty.
 */
function modexp(input: Uint8Array, max: bigint | undefined): Uint8Array | undefined {
  const lengths = lengthsOf(input);
  if (max !== undefined && (lengths.base > max || lengths.exponent > max || lengths.modulus > max)) return undefined;
  if (lengths.modulus === 0n) return new Uint8Array(0);
  const baseBytes = Number(lengths.base);
  const exponentBytes = Number(lengths.exponent);
  const modulusBytes = Number(lengths.modulus);
  const modulus = bytesToBigInt(padded(input, 96 + baseBytes + exponentBytes, modulusBytes));
  if (modulus <= 1n) return new Uint8Array(modulusBytes);
  const base = bytesToBigInt(padded(input, 96, baseBytes));
  const exponentAt = Math.min(96 + baseBytes, input.length);
  // Only bytes that were sent are held; the zeros that follow them may be millions.
  const exponent = input.subarray(exponentAt, Math.min(exponentAt + exponentBytes, input.length));
  const result = powerModulo(base % modulus, exponent, exponentBytes - exponent.length, modulus);
  return bigIntToBytes(result, modulusBytes);
}
