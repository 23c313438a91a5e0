/** What a value of a job takes at least: bytes of its data and texts, and a little for each member. */
export function jobBytes(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 8;
  let bytes = 16;
  if (value instanceof Map) for (const [key, item] of value) bytes += jobBytes(key) + jobBytes(item);
  else for (const item of Object.values(value)) bytes += jobBytes(item);
  return bytes;
}
