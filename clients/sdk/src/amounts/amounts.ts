import { type Usdc6, type Usdc18, usdc6, usdc18 } from "@polis/codec";
import { nativePerUnit } from "@polis/kairos";
import { SdkError } from "../errors/sdkError.ts";
import { shorten } from "../text/hex.ts";

/**
 * Reads an amount of USDC as people write it: digits, and at most six after a point. Nothing is rounded.
 * @throws SdkError AMOUNT for another form, more digits than exist, or 2^128 units and more
 * @example parseUsdc("1.25"); // => 1_250_000n
 */
export function parseUsdc(text: string): Usdc6 {
  const units = readDecimal(text, 6);
  if (units >> 128n !== 0n) throw tooPrecise(text, "it must be below 2^128 units");
  return usdc6(units);
}

/**
 * Reads an amount in the native unit of contracts and fees, with at most eighteen digits after the point.
 * @example parseNative("0.001"); // => 1_000_000_000_000_000n
 */
export function parseNative(text: string): Usdc18 {
  return usdc18(readDecimal(text, 18));
}

/**
 * Writes an amount of 10^-6 USDC without zeros at the end.
 * @example formatUsdc(parseUsdc("1250.5")); // => "1250.5"
 */
export function formatUsdc(amount: bigint): string {
  return writeDecimal(amount, 6);
}

/**
 * Writes an amount of 10^-18 USDC without zeros at the end.
 * @example formatNative(21_000n * 47_619_047_620n); // => "0.00100000000002"
 */
export function formatNative(amount: bigint): string {
  return writeDecimal(amount, 18);
}

/**
 * The native amount of an amount of the face: times 10^12 (kairos U2).
 * @example toNative(parseUsdc("1")); // => 10n ** 18n
 */
export function toNative(amount: Usdc6): Usdc18 {
  return usdc18(amount * nativePerUnit);
}

/**
 * The whole units of the face in a native amount, rounded down; what is below one unit is dust (kairos U2).
 * @example toUsdc6(parseNative("1.0000009")); // => 1_000_000n
 */
export function toUsdc6(amount: Usdc18): Usdc6 {
  return usdc6(amount / nativePerUnit);
}

function readDecimal(text: string, decimals: number): bigint {
  const match = /^(\d{1,60})(?:\.(\d{1,60}))?$/.exec(text);
  if (match === null) throw tooPrecise(text, "write digits with a point between, such as 1.25");
  const [, whole, part = ""] = match;
  if (part.length > decimals) throw tooPrecise(text, `at most ${decimals} digits after the point`);
  return BigInt(whole + part.padEnd(decimals, "0"));
}

function tooPrecise(text: string, hint: string): SdkError {
  return new SdkError("AMOUNT", `not an amount of USDC: ${shorten(text)}`, hint);
}

function writeDecimal(amount: bigint, decimals: number): string {
  const sign = amount < 0n ? "-" : "";
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, "0");
  const part = digits.slice(-decimals).replace(/0+$/, "");
  return `${sign}${digits.slice(0, -decimals)}${part === "" ? "" : `.${part}`}`;
}
