import { type Json, toJson } from "./json.ts";

/**
 * What a parameter looks like, as plain data: for decoding, for the client's types and for the documentation. Decoded are:
 * amount a bigint below 2^128; counter a safe integer; hash lower-case hex without prefix; bytes and data a Uint8Array; variant
 * a record with `kind`; renamed a record whose parts lie where `places` says, such as `block_number` at `block.number`.
 */
export type Shape =
  | { readonly type: "amount" | "counter" | "hash" }
  | { readonly type: "oneOf"; readonly names: readonly string[] }
  | { readonly type: "bytes"; readonly length: number }
  | { readonly type: "data"; readonly maxBytes: number }
  | { readonly type: "list"; readonly of: Shape; readonly max: number }
  | { readonly type: "record"; readonly fields: Readonly<Record<string, Shape>> }
  | {
      readonly type: "renamed";
      readonly fields: Readonly<Record<string, Shape>>;
      /** For each field the names that lead to it, from the outside. */
      readonly places: Readonly<Record<string, readonly string[]>>;
    }
  | { readonly type: "variant"; readonly cases: Readonly<Record<string, Shape>> };

/** A value of a wrong form: which part, and what is wanted. Turned into −32602 by whoever decodes. */
export class ShapeError extends Error {
  readonly path: string;

  constructor(path: string, wanted: string) {
    super(`invalid parameter ${path}: want ${wanted}`);
    this.path = path;
  }
}

const MAX_AMOUNT = 2n ** 128n;
const HEX = /^[0-9a-fA-F]*$/;

/** Reads hex with or without `0x`, or an array of byte values (kratos-core 2.8, I48). @param length exact, or undefined */
export function readBytes(value: unknown, path: string, length: number | undefined, maxBytes: number): Uint8Array {
  const wanted = `${length ?? `at most ${maxBytes}`} bytes as hex, 0x-prefixed or bare, or as an array of byte values`;
  const bytes = bytesOf(value, maxBytes);
  if (bytes === undefined || (length !== undefined && bytes.length !== length)) throw new ShapeError(path, wanted);
  return bytes;
}

function bytesOf(value: unknown, maxBytes: number): Uint8Array | undefined {
  if (typeof value === "string") {
    const hex = value.startsWith("0x") ? value.slice(2) : value;
    return hex.length % 2 === 0 && hex.length <= 2 * maxBytes && HEX.test(hex) ? Uint8Array.fromHex(hex) : undefined;
  }
  if (!Array.isArray(value) || value.length > maxBytes) return undefined;
  const isByte = (item: unknown) => typeof item === "number" && Number.isInteger(item) && item >= 0 && item <= 255;
  return value.every(isByte) ? Uint8Array.from(value as number[]) : undefined;
}

/** An amount as a decimal text or a JSON integer of any size (kratos-core 2.8, I49). */
export function readAmount(value: unknown, path: string): bigint {
  const isText = typeof value === "string" && /^(0|[1-9][0-9]{0,38})$/.test(value);
  const isNumber = typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value));
  const amount = isText || isNumber ? BigInt(value) : -1n;
  if (amount < 0n || amount >= MAX_AMOUNT) throw new ShapeError(path, "a decimal text or an integer below 2^128");
  return amount;
}

/** A number that counts. */
export function readCounter(value: unknown, path: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new ShapeError(path, "an integer from 0 to 2^53 - 1");
}

/** A plain object with exactly these keys. */
export function readObject(value: unknown, path: string, keys: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ShapeError(path, `an object with ${keys.join(", ")}`);
  }
  for (const key of Object.keys(value))
    if (!keys.includes(key)) throw new ShapeError(`${path}.${key}`, "no such field");
  return value as Readonly<Record<string, unknown>>;
}

/** The one key of an object that names a case, and its value. */
export function readCase(value: unknown, path: string, names: readonly string[]): readonly [string, unknown] {
  const object = readObject(value, path, names);
  const [name, ...more] = Object.keys(object);
  if (name === undefined || more.length > 0) throw new ShapeError(path, `one of ${names.join(", ")}`);
  return [name, object[name]];
}

/** Decodes a value by its shape. @throws ShapeError naming the part that is wrong */
export function readShape(shape: Shape, value: unknown, path: string): unknown {
  switch (shape.type) {
    case "amount":
      return readAmount(value, path);
    case "counter":
      return readCounter(value, path);
    case "hash":
      return readBytes(value, path, 32, 32).toHex();
    case "bytes":
      return readBytes(value, path, shape.length, shape.length);
    case "data":
      return readBytes(value, path, undefined, shape.maxBytes);
    case "oneOf":
      if (!shape.names.some((name) => name === value)) throw new ShapeError(path, `one of ${shape.names.join(", ")}`);
      return value;
    case "list":
      if (!Array.isArray(value) || value.length > shape.max) throw new ShapeError(path, `at most ${shape.max} items`);
      return value.map((item, i) => readShape(shape.of, item, `${path}[${i}]`));
    case "record":
      return Object.fromEntries(readFields(shape.fields, value, path));
    case "renamed":
      return placed(readFields(shape.fields, value, path).map(([name, part]) => [shape.places[name]!, part]));
    case "variant": {
      const [kind, inner] = readCase(value, path, Object.keys(shape.cases));
      return { kind, ...(readShape(shape.cases[kind]!, inner, `${path}.${kind}`) as object) };
    }
  }
}

function readFields(fields: Readonly<Record<string, Shape>>, value: unknown, path: string) {
  const object = readObject(value, path, Object.keys(fields));
  return Object.entries(fields).map(
    ([name, inner]) => [name, readShape(inner, object[name], `${path}.${name}`)] as const,
  );
}

/** A record with each part at its place. */
export function placed(parts: readonly (readonly [readonly string[], unknown])[]): Readonly<Record<string, unknown>> {
  const record: Record<string, unknown> = {};
  for (const [place, part] of parts) {
    let inner = record;
    for (const name of place.slice(0, -1)) {
      inner[name] ??= {};
      inner = inner[name] as Record<string, unknown>;
    }
    inner[place.at(-1)!] = part;
  }
  return record;
}

function partAt(value: unknown, place: readonly string[]): unknown {
  return place.reduce((inner, name) => (inner as Readonly<Record<string, unknown>>)[name], value);
}

/** The JSON form that `readShape` reads back. */
export function writeShape(shape: Shape, value: unknown): Json {
  if (shape.type === "list") return (value as readonly unknown[]).map((item) => writeShape(shape.of, item));
  if (shape.type === "record") {
    const object = value as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      Object.entries(shape.fields).map(([name, inner]) => [name, writeShape(inner, object[name])]),
    );
  }
  if (shape.type === "renamed") {
    const parts = Object.entries(shape.fields).map(([name, inner]) => [
      name,
      writeShape(inner, partAt(value, shape.places[name]!)),
    ]);
    return Object.fromEntries(parts);
  }
  if (shape.type === "variant") {
    const { kind } = value as { readonly kind: string };
    return { [kind]: writeShape(shape.cases[kind]!, value) };
  }
  return toJson(value);
}
