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
 * The JSON form of a record of the specification: as `toJson`, with the names of the fields as they are written there.
 * @example recordJson({ enteredAt: 3 }) // { entered_at: 3 }
 */
export function recordJson(value: object): { readonly [key: string]: Json } {
  return snake(toJson(value)) as { readonly [key: string]: Json };
}

function snake(value: Json): Json {
  if (Array.isArray(value)) return value.map(snake);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [snakeName(key), snake(inner)]));
}

/** @example snakeName("slashCount") // "slash_count" */
function snakeName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
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
