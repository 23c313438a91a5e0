import { staticTable } from "./staticTable.ts";

/** Indexes of whole fields and of names in the fixed table. */
const whole = new Map(staticTable.map(({ name, value }, i) => [`${name}: ${value}`, i + 1]));
const names = new Map(staticTable.map(({ name }, i) => [name, i + 1]).reverse() as [string, number][]);

/**
 * Writes a header block (RFC 7541) from the fixed table and literals alone: blocks do not depend on what was sent before,
 * so that those of frequent answers are made once.
 * @param fields lower-case names with their values of latin1 text
 * @example encodeHeaders([[":status", "200"]]) // 0x88
 */
export function encodeHeaders(fields: Iterable<readonly [name: string, value: string]>): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of fields) {
    const index = whole.get(`${name}: ${value}`);
    if (index !== undefined) {
      parts.push(integer(0x80, 7, index));
      continue;
    }
    const nameIndex = names.get(name) ?? 0;
    parts.push(integer(0, 4, nameIndex));
    if (nameIndex === 0) parts.push(text(name));
    parts.push(text(value));
  }
  return Buffer.concat(parts);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  return Buffer.concat([integer(0, 7, bytes.length), bytes]);
}

function integer(pattern: number, prefixBits: number, value: number): Buffer {
  const mask = (1 << prefixBits) - 1;
  if (value < mask) return Buffer.of(pattern | value);
  const bytes = [pattern | mask];
  let left = value - mask;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80);
  bytes.push(left);
  return Buffer.from(bytes);
}
