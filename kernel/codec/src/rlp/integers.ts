import { bytesToBigInt } from "../bytes/integers.ts";
import { fault, ok, type Result } from "../result.ts";
import type { RlpFault, RlpItem } from "./types.ts";

const empty = new Uint8Array(0);

/**
 * The RLP form of an unsigned integer: minimal big-endian bytes, empty for zero (kairos 2.1). Throws a RangeError on a
 * negative or fractional value.
 * @example rlpUint(1024) // 04 00
 */
export function rlpUint(value: bigint | number): Uint8Array {
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not an unsigned integer: ${value}`);
    return fromNumber(value);
  }
  if (value < 0n) throw new RangeError(`not an unsigned integer: ${value}`);
  if (value <= 0x1f_ffff_ffff_ffffn) return fromNumber(Number(value));
  let digits = value.toString(16);
  if (digits.length % 2 === 1) digits = `0${digits}`;
  return Uint8Array.fromHex(digits);
}

/** Reads an unsigned integer of at most `maxBytes` bytes; refuses a list, a leading zero and a longer value. */
export function readRlpUint(item: RlpItem, maxBytes: number): Result<bigint, RlpFault> {
  if (!(item instanceof Uint8Array)) return fault("RLP_NOT_BYTES");
  if (item.length > maxBytes || (item.length > 0 && item[0] === 0)) return fault("RLP_INTEGER");
  return ok(item.length <= 6 ? BigInt(toNumber(item)) : bytesToBigInt(item));
}

/** Reads an unsigned integer below 2^53 as a number. */
export function readRlpNumber(item: RlpItem): Result<number, RlpFault> {
  if (!(item instanceof Uint8Array)) return fault("RLP_NOT_BYTES");
  if (item.length > 7 || (item.length > 0 && item[0] === 0)) return fault("RLP_INTEGER");
  const value = toNumber(item);
  return Number.isSafeInteger(value) ? ok(value) : fault("RLP_INTEGER");
}

/** Reads a byte string of exactly `length` bytes, as a view. */
export function readRlpBytes(item: RlpItem, length: number): Result<Uint8Array, RlpFault> {
  if (!(item instanceof Uint8Array)) return fault("RLP_NOT_BYTES");
  if (item.length !== length) return fault(item.length < length ? "RLP_TRUNCATED" : "RLP_TOO_LONG");
  return ok(item);
}

function fromNumber(value: number): Uint8Array {
  if (value === 0) return empty;
  let size = 1;
  for (let limit = 0x100; value >= limit; limit *= 0x100) size++;
  const out = new Uint8Array(size);
  let rest = value;
  for (let i = size - 1; i >= 0; i--) {
    out[i] = rest % 0x100;
    rest = Math.floor(rest / 0x100);
  }
  return out;
}

function toNumber(bytes: Uint8Array): number {
  let value = 0;
  for (let i = 0; i < bytes.length; i++) value = value * 0x100 + bytes[i]!;
  return value;
}
