/** A value of a Quint state after decoding: sets and maps are arrays in the order of the file. */
export type ItfValue = string | number | boolean | readonly ItfValue[] | { readonly [field: string]: ItfValue };

/**
 * Decodes a value of the Informal Trace Format: `#bigint` to a number, `#set` and `#tup` to arrays, `#map` to an array of
 * pairs. Throws on anything else that starts with `#` but metadata.
 */
export function decodeItf(value: unknown): ItfValue {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(decodeItf);
  if (typeof value !== "object" || value === null) throw new Error(`not a value of a trace: ${String(value)}`);
  const fields = Object.entries(value).filter(([name]) => name !== "#meta");
  const [first] = fields;
  if (first !== undefined && fields.length === 1) {
    const [name, inner] = first;
    if (name === "#bigint") return Number(inner);
    if (name === "#set" || name === "#tup" || name === "#map") return decodeItf(inner);
    if (name.startsWith("#")) throw new Error(`unknown tag ${name}`);
  }
  return Object.fromEntries(fields.map(([name, inner]) => [name, decodeItf(inner)]));
}
