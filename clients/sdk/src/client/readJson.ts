import { KairosError } from "../errors/kairosError.ts";
import type { Json } from "../rpc/jsonRpc.ts";
import { type Hex, shorten } from "../text/hex.ts";

/** The fields of a JSON object. Throws a KairosError OTHER for anything else, as do the next ones. */
export function asRecord(value: Json | undefined): { readonly [key: string]: Json | undefined } {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as { [key: string]: Json };
  throw wrong("an object", value);
}

/** The elements of a JSON list. */
export function asList(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value;
  throw wrong("a list", value);
}

/** A JSON text. */
export function asText(value: Json | undefined): string {
  if (typeof value === "string") return value;
  throw wrong("a text", value);
}

/** A `0x` text. */
export function asHex(value: Json | undefined): Hex {
  if (typeof value === "string" && /^0x[0-9a-f]*$/.test(value)) return value as Hex;
  throw wrong("hex", value);
}

/** A `0x` quantity. */
export function asBigInt(value: Json | undefined): bigint {
  if (typeof value === "string" && /^0x[0-9a-f]{1,64}$/.test(value)) return BigInt(value);
  throw wrong("a quantity", value);
}

/** A `0x` quantity below 2^53. */
export function asNumber(value: Json | undefined): number {
  const number = Number(asBigInt(value));
  if (Number.isSafeInteger(number)) return number;
  throw wrong("a quantity below 2^53", value);
}

function wrong(want: string, value: Json | undefined): KairosError {
  return new KairosError(
    "OTHER",
    `the node's answer is malformed: want ${want}, got ${shorten(JSON.stringify(value))}`,
  );
}
