/** Values a genesis document is made of. Numbers are safe integers; larger ones are decimal text. */
export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * JSON with sorted keys and no spaces (kairos 5.6): the same document always gives the same text. Keys without a value
 * are left out. Throws a RangeError on a number that is not a safe integer.
 * @example canonicalJson({ b: 1, a: [true] }) // {"a":[true],"b":1}
 */
export function canonicalJson(value: Json): string {
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new RangeError(`not a safe integer: ${value}`);
  if (typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields = value as { readonly [key: string]: Json | undefined };
  const keys = Object.keys(fields).filter((key) => fields[key] !== undefined);
  // Sorted by UTF-16 code units, which depends on no locale.
  keys.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(fields[key]!)}`).join(",")}}`;
}
