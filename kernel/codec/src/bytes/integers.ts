/**
 * Big-endian unsigned integers at a place in a buffer (kairos 2.1). Writers throw a RangeError when the value does not
 * fit, because the value is our own; readers expect the caller to have checked the length. `Writer` and `Reader` wrap
 * them for whole layouts.
 */
const two32 = 0x1_0000_0000;
const mask64 = 0xffff_ffff_ffff_ffffn;

function checkNumber(value: number, limit: number, name: string): void {
  if (!Number.isInteger(value) || value < 0 || value >= limit) throw new RangeError(`${name} out of range: ${value}`);
}

/** Writes 1 byte. */
export function writeU8(out: Uint8Array, at: number, value: number): void {
  checkNumber(value, 0x100, "u8");
  out[at] = value;
}

/** Writes 2 bytes. */
export function writeU16(out: Uint8Array, at: number, value: number): void {
  checkNumber(value, 0x1_0000, "u16");
  out[at] = value >>> 8;
  out[at + 1] = value;
}

/** Writes 4 bytes. */
export function writeU32(out: Uint8Array, at: number, value: number): void {
  checkNumber(value, two32, "u32");
  out[at] = value >>> 24;
  out[at + 1] = value >>> 16;
  out[at + 2] = value >>> 8;
  out[at + 3] = value;
}

/** Writes 8 bytes; a number must be a safe integer, a bigint below 2^64. */
export function writeU64(out: Uint8Array, at: number, value: number | bigint): void {
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`u64 out of range: ${value}`);
    writeU32(out, at, Math.floor(value / two32));
    writeU32(out, at + 4, value % two32);
    return;
  }
  if (value < 0n || value > mask64) throw new RangeError(`u64 out of range: ${value}`);
  writeU32(out, at, Number(value >> 32n));
  writeU32(out, at + 4, Number(value & 0xffff_ffffn));
}

/** Writes 16 bytes. */
export function writeU128(out: Uint8Array, at: number, value: bigint): void {
  writeU64(out, at, value >> 64n);
  writeU64(out, at + 8, value & mask64);
}

/** Writes 32 bytes. */
export function writeU256(out: Uint8Array, at: number, value: bigint): void {
  writeU128(out, at, value >> 128n);
  writeU128(out, at + 16, value & ((mask64 << 64n) | mask64));
}

/** Reads 2 bytes. */
export function readU16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** Reads 4 bytes. */
export function readU32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** Reads 8 bytes as a bigint below 2^64. */
export function readU64(bytes: Uint8Array, at: number): bigint {
  return (BigInt(readU32(bytes, at)) << 32n) | BigInt(readU32(bytes, at + 4));
}

/** Reads 8 bytes as a number, or undefined when the value is 2^53 or more. */
export function readU64Number(bytes: Uint8Array, at: number): number | undefined {
  const high = readU32(bytes, at);
  return high >= 0x20_0000 ? undefined : high * two32 + readU32(bytes, at + 4);
}

/** Reads 16 bytes. */
export function readU128(bytes: Uint8Array, at: number): bigint {
  return (readU64(bytes, at) << 64n) | readU64(bytes, at + 8);
}

/** Reads 32 bytes. */
export function readU256(bytes: Uint8Array, at: number): bigint {
  return (readU128(bytes, at) << 128n) | readU128(bytes, at + 16);
}

/** A big-endian integer of any length; the empty string is zero. */
export function bytesToBigInt(bytes: Uint8Array): bigint {
  let value = 0n;
  let at = bytes.length % 4;
  for (let i = 0; i < at; i++) value = (value << 8n) | BigInt(bytes[i]!);
  for (; at < bytes.length; at += 4) value = (value << 32n) | BigInt(readU32(bytes, at));
  return value;
}

/** `value` as exactly `length` big-endian bytes. Throws a RangeError when it does not fit. */
export function bigIntToBytes(value: bigint, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let rest = value;
  for (let i = length - 1; i >= 0; i--) {
    out[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  if (rest !== 0n) throw new RangeError(`${value} does not fit ${length} bytes`);
  return out;
}
