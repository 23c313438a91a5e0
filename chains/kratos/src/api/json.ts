/** Anything JSON can say. Amounts are decimal texts, bytes are `0x` and lower-case hex (kratos-core 2.8). */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const DIGEST = /^[0-9a-f]{64}$/;

/** The JSON form of a decoded value: bigints and bytes as texts, what is missing as null. */
export function toJson(value: unknown): Json {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "string") return DIGEST.test(value) ? `0x${value}` : value;
  if (value instanceof Uint8Array) return `0x${value.toHex()}`;
  if (Array.isArray(value)) return value.map(toJson);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toJson(inner)]));
}

/**
 * Reviver of a JSON parser that loses no digits: integers beyond 2^53 − 1 come out as bigints (kratos-core 2.8, I49). The
 * transport, which owns parsing and its limits, passes it on.
 * @param context what the parser says of a primitive value: its text
 */
export function reviveInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?[0-9]+$/.test(source) ? BigInt(source) : value;
}
