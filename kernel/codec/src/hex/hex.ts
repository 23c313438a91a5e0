import { type Fault, fault, ok, type Result } from "../result.ts";

/** What the readers of hex text can report. */
export type HexFault = Fault<"HEX_MALFORMED" | "HEX_TOO_LONG" | "HEX_QUANTITY">;

/**
 * Lower-case hex without a prefix.
 * @example bytesToHex(Uint8Array.of(0, 255)) // "00ff"
 */
export function bytesToHex(bytes: Uint8Array): string {
  return bytes.toHex();
}

/**
 * Reads hex of either case without a prefix.
 * @param maxBytes largest accepted number of bytes
 * @returns HEX_TOO_LONG or HEX_MALFORMED on a fault
 */
export function hexToBytes(text: string, maxBytes: number): Result<Uint8Array, HexFault> {
  if (text.length > maxBytes * 2) return fault("HEX_TOO_LONG");
  try {
    return ok(Uint8Array.fromHex(text));
  } catch {
    return fault("HEX_MALFORMED");
  }
}

/** Lower-case hex with the prefix 0x, as JSON-RPC renders bytes (kairos 2.1). */
export function bytesToHex0x(bytes: Uint8Array): string {
  return `0x${bytes.toHex()}`;
}

/** Reads `0x` followed by an even number of hex characters; "0x" is the empty string. */
export function hex0xToBytes(text: string, maxBytes: number): Result<Uint8Array, HexFault> {
  return text.startsWith("0x") ? hexToBytes(text.slice(2), maxBytes) : fault("HEX_MALFORMED");
}

/**
 * A JSON-RPC quantity: 0x and the shortest hex, "0x0" for zero.
 * @example quantityOf(1024) // "0x400"
 */
export function quantityOf(value: bigint | number): string {
  if (value < 0) throw new RangeError("a quantity must not be negative");
  return `0x${value.toString(16)}`;
}

/** Reads a JSON-RPC quantity of at most `maxBytes` bytes; refuses leading zeros. */
export function readQuantity(text: string, maxBytes: number): Result<bigint, HexFault> {
  if (text.length > 2 + maxBytes * 2) return fault("HEX_TOO_LONG");
  if (text.length < 3 || !text.startsWith("0x") || (text.length > 3 && text[2] === "0")) return fault("HEX_QUANTITY");
  for (let i = 2; i < text.length; i++) if (!isHexCharacter(text.charCodeAt(i))) return fault("HEX_QUANTITY");
  return ok(BigInt(text));
}

function isHexCharacter(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}
