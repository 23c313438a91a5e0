import { codes, failure } from "./errors.ts";
import type { Answer } from "./types.ts";

/** A decoded value, or the error for the caller (kairos J6: -32602 names the parameter). */
export type Decoded<T> = { readonly ok: true; readonly value: T } | (Answer & { readonly ok: false });

/** `0x` data of whole bytes, at most `maxBytes` of them. */
export function decodeData(value: unknown, maxBytes: number, path: string): Decoded<Uint8Array> {
  if (typeof value !== "string" || !value.startsWith("0x")) return bad(path, "0x-prefixed hex data", value);
  if (value.length % 2 !== 0) return bad(path, "an even number of hex digits", value);
  const length = value.length / 2 - 1;
  if (length > maxBytes) {
    return failure(codes.invalidParams, `invalid parameter ${path}: ${length} bytes, the limit is ${maxBytes}`);
  }
  // Buffer stops at the first character that is not hex, so a short result means a bad digit.
  const bytes = Buffer.from(value.slice(2), "hex");
  if (bytes.length !== length) return bad(path, "0x-prefixed hex data", value);
  return { ok: true, value: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) };
}

/** A `0x` quantity without leading zeros, below 2^maxBits; undefined when it is not one. */
export function quantityOf(value: unknown, maxBits: number): bigint | undefined {
  if (typeof value !== "string" || value.length < 3 || value.length > 2 + Math.ceil(maxBits / 4)) return undefined;
  if (!value.startsWith("0x") || !isHex(value, 2)) return undefined;
  if (value.length > 3 && value.charCodeAt(2) === 48) return undefined;
  const number = BigInt(value);
  return number >> BigInt(maxBits) === 0n ? number : undefined;
}

/** A quantity that may also be a JSON integer or have leading zeros; undefined when it is neither. */
export function numberOf(value: unknown, maxBits: number): bigint | undefined {
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || value < 0) return undefined;
    return BigInt(value) >> BigInt(maxBits) === 0n ? BigInt(value) : undefined;
  }
  if (typeof value !== "string" || value.length < 3 || value.length > 66) return undefined;
  if (!value.startsWith("0x") || !isHex(value, 2)) return undefined;
  const number = BigInt(value);
  return number >> BigInt(maxBits) === 0n ? number : undefined;
}

/** What a quantity must look like, in words. */
export function quantityForm(maxBits: number): string {
  return `a 0x-prefixed quantity without leading zeros, below 2^${maxBits}`;
}

/** `0x` and exactly `bytes` bytes of hex in any case, as lower-case hex without prefix; undefined when it is not. */
export function hexOf(value: unknown, bytes: number): string | undefined {
  if (typeof value !== "string" || value.length !== 2 + 2 * bytes) return undefined;
  return value.startsWith("0x") && isHex(value, 2) ? value.slice(2).toLowerCase() : undefined;
}

function isHex(value: string, from: number): boolean {
  for (let i = from; i < value.length; i++) {
    const c = value.charCodeAt(i);
    if (!((c >= 48 && c <= 57) || (c >= 97 && c <= 102) || (c >= 65 && c <= 70))) return false;
  }
  return true;
}

/** The error of a value that has another form than wanted. */
export function bad(path: string, form: string, value: unknown): Answer & { readonly ok: false } {
  return failure(codes.invalidParams, `invalid parameter ${path}: want ${form}, got ${show(value)}`);
}

/** A short rendering of what came in: an error must not grow with the request. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  return Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
}
