import { type Digest, digest, type Krat12, krat12 } from "@polis/codec";
import { type Json, readAmount, readBytes, readCounter } from "@polis/kratos";
import { printable } from "./printable.ts";

/**
 * Reads one part of a node's answer. A node is a stranger: what does not have the promised form is an error that names the part.
 * @throws Error
 */
export type Reader<T> = (value: unknown, path: string) => T;

/** The type that a reader makes. */
export type ReadBy<R> = R extends Reader<infer T> ? T : never;

const MAX_TEXT = 65_536;

/** Any text of at most 65,536 UTF-16 units, made fit for a terminal. */
export const text: Reader<string> = (value, path) => {
  if (typeof value !== "string" || value.length > MAX_TEXT) throw new Error(`${path} is not a text`);
  return printable(value);
};

/** An integer from 0 to 2^53 − 1. */
export const count: Reader<number> = readCounter;

/** Any finite number. */
export const decimal: Reader<number> = (value, path) => {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new Error(`${path} is not a number`);
  return value;
};

/** `true` or `false`. */
export const flag: Reader<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw new Error(`${path} is neither true nor false`);
  return value;
};

/** A decimal text below 2^128, in base units. */
export const amount: Reader<Krat12> = (value, path) => krat12(readAmount(value, path));

/** 32 bytes as hex text; read without its prefix. */
export const hash: Reader<Digest> = (value, path) => {
  if (typeof value !== "string") throw new Error(`${path} is not a hash`);
  return digest(readBytes(value, path, 32, 32).toHex());
};

/** Anything that JSON can say. */
export const json: Reader<Json> = (value) => value as Json;

/** One of these texts. */
export function oneOf<const T extends string>(...names: readonly T[]): Reader<T> {
  return (value, path) => {
    const found = names.find((name) => name === value);
    if (found === undefined) throw new Error(`${path} is none of ${names.join(", ")}`);
    return found;
  };
}

/** The value or null, which reads as undefined; so does a field that is missing. */
export function nullable<T>(of: Reader<T>): Reader<T | undefined> {
  return (value, path) => (value === null || value === undefined ? undefined : of(value, path));
}

/** A list of at most `max` items. */
export function list<T>(of: Reader<T>, max = 100_000): Reader<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value) || value.length > max) throw new Error(`${path} is not a list of at most ${max} items`);
    return value.map((item, i) => of(item, `${path}[${i}]`));
  };
}

/** An object with at least these fields; what a newer node adds is left out. */
export function record<R extends Readonly<Record<string, Reader<unknown>>>>(
  fields: R,
): Reader<{ readonly [K in keyof R]: ReadBy<R[K]> }> {
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${path} is no object`);
    const given = value as Readonly<Record<string, unknown>>;
    const read = Object.entries(fields).map(([name, of]) => {
      return [name, of(Object.hasOwn(given, name) ? given[name] : undefined, `${path}.${name}`)];
    });
    return Object.fromEntries(read);
  };
}
