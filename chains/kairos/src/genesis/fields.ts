import { type Address, address } from "@polis/codec";

/**
 * Reads the fields of one object of the genesis document and collects what is wrong with them, so that all problems are
 * reported together. A wrong field reads as its fallback; the caller throws at the end when there are problems.
 */
export class Fields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #asked = new Set<string>();
  readonly path: string;
  readonly problems: string[];

  constructor(value: unknown, path: string, problems: string[]) {
    this.path = path;
    this.problems = problems;
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isObject) problems.push(`${path || "the document"} must be an object`);
    this.#fields = isObject ? (value as Record<string, unknown>) : {};
  }

  /** The value of a field, or undefined when it is absent. */
  raw(key: string): unknown {
    this.#asked.add(key);
    return Object.hasOwn(this.#fields, key) ? this.#fields[key] : undefined;
  }

  keys(): readonly string[] {
    return Object.keys(this.#fields);
  }

  problem(key: string, expected: string): void {
    const value = this.#fields[key];
    const shown = value === undefined ? "is missing" : `is ${JSON.stringify(value)?.slice(0, 80)}`;
    this.problems.push(`${this.name(key)} ${shown}; expected ${expected}`);
  }

  name(key: string): string {
    return this.path === "" ? key : `${this.path}.${key}`;
  }

  integer(key: string, min: number, max: number, fallback?: number): number {
    const value = this.raw(key) ?? fallback;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    this.problem(key, `an integer from ${min} to ${max}`);
    return fallback ?? min;
  }

  /** An unsigned integer of any size: a safe integer or decimal text. */
  amount(key: string, fallback?: bigint): bigint {
    const value = this.raw(key);
    if (value === undefined && fallback !== undefined) return fallback;
    const read = readAmount(value);
    if (read !== undefined) return read;
    this.problem(key, "a whole number, as decimal text when it is above 2^53-1");
    return fallback ?? 0n;
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.raw(key) ?? fallback;
    if (typeof value === "boolean") return value;
    this.problem(key, "true or false");
    return fallback;
  }

  text(key: string, maxLength: number, fallback?: string): string {
    const value = this.raw(key) ?? fallback;
    if (typeof value === "string" && value.length <= maxLength && value.length > 0) return value;
    this.problem(key, `text of 1 to ${maxLength} characters`);
    return fallback ?? "";
  }

  optionalText(key: string, maxLength: number): string | undefined {
    return this.raw(key) === undefined ? undefined : this.text(key, maxLength);
  }

  choice<T extends string>(key: string, options: readonly T[], fallback?: T): T {
    const value = this.raw(key) ?? fallback;
    const found = options.find((option) => option === value);
    if (found !== undefined) return found;
    this.problem(key, options.map((option) => JSON.stringify(option)).join(" or "));
    return fallback ?? options[0]!;
  }

  address(key: string, fallback?: Address): Address {
    const value = this.raw(key);
    if (value === undefined && fallback !== undefined) return fallback;
    const read = readHex(value, 20, 20);
    if (read !== undefined) return address(read.toHex());
    this.problem(key, "an address: 0x and 40 hex characters");
    return fallback ?? address("0".repeat(40));
  }

  /** Bytes as 0x hex, between two lengths; `undefined` when absent. */
  optionalBytes(key: string, min: number, max: number): Uint8Array | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    const read = readHex(value, min, max);
    if (read === undefined) this.problem(key, min === max ? `0x and ${min} bytes of hex` : `0x and up to ${max} bytes`);
    return read;
  }

  bytes(key: string, length: number): Uint8Array {
    const read = this.optionalBytes(key, length, length);
    if (read === undefined && this.raw(key) === undefined) this.problem(key, `0x and ${length} bytes of hex`);
    return read ?? new Uint8Array(length);
  }

  list(key: string, fallback?: readonly unknown[]): readonly unknown[] {
    const value = this.raw(key) ?? fallback;
    if (Array.isArray(value)) return value;
    this.problem(key, "a list");
    return [];
  }

  /** The fields of a nested object; an absent one has none, so that each of its keys has its own default (X4). */
  object(key: string): Fields {
    return new Fields(this.raw(key) ?? {}, this.name(key), this.problems);
  }

  /** Reports every key that nobody asked for. */
  refuseUnknown(): void {
    for (const key of this.keys())
      if (!this.#asked.has(key)) this.problems.push(`${this.name(key)} is not a known field`);
  }
}

/** A safe integer or up to 78 decimal digits without a leading zero. */
function readAmount(value: unknown): bigint | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined;
  if (typeof value !== "string" || value.length === 0 || value.length > 78) return undefined;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 48 || code > 57) return undefined;
  }
  return value.length > 1 && value.startsWith("0") ? undefined : BigInt(value);
}

/** 0x hex of either case with a length between two bounds. */
export function readHex(value: unknown, min: number, max: number): Uint8Array | undefined {
  if (typeof value !== "string" || !value.startsWith("0x") || value.length > 2 + 2 * max) return undefined;
  try {
    const bytes = Uint8Array.fromHex(value.slice(2));
    return bytes.length < min ? undefined : bytes;
  } catch {
    return undefined;
  }
}
