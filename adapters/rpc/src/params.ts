import type { ParamSpec } from "./types.ts";

type Named<T extends ParamSpec["type"]> = Extract<ParamSpec, { type: T }>;

/** A `0x` quantity without leading zeros, at most `maxBits` wide (default 256). Decodes to a bigint. */
export function quantity(name: string, maxBits = 256): Named<"quantity"> {
  return { name, type: "quantity", maxBits };
}

/** `0x` data of whole bytes, at most `maxBytes` of them. Decodes to a Uint8Array. */
export function data(name: string, maxBytes: number): Named<"data"> {
  return { name, type: "data", maxBytes };
}

/** 20 bytes of `0x` data in any case. Decodes to 40 lower-case hex characters. */
export function address(name: string): Named<"address"> {
  return { name, type: "address" };
}

/** 32 bytes of `0x` data in any case. Decodes to 64 lower-case hex characters. */
export function hash(name: string): Named<"hash"> {
  return { name, type: "hash" };
}

/** A tag or a height; with `hashes` also a block hash or an EIP-1898 object (kairos 16.1). Decodes to a BlockRef. */
export function blockRef(name: string, hashes = true): Named<"block"> {
  return { name, type: "block", hashes };
}

/** `true` or `false`. */
export function boolean(name: string): Named<"boolean"> {
  return { name, type: "boolean" };
}

/** A string of at most `maxLength` UTF-16 units. */
export function text(name: string, maxLength: number): Named<"text"> {
  return { name, type: "text", maxLength };
}

/** An object that has no other than these fields. */
export function object(name: string, fields: readonly ParamSpec[]): Named<"object"> {
  return { name, type: "object", fields };
}

/** A quantity that may also be written as a JSON integer or with leading zeros. Decodes to a bigint. */
export function number(name: string, maxBits = 256): Named<"number"> {
  return { name, type: "number", maxBits };
}

/** An array of at most `max` items; an optional item may be null. */
export function list(name: string, of: ParamSpec, max: number): Named<"list"> {
  return { name, type: "list", of, max };
}

/** An object of at most `max` entries whose keys are addresses or hashes. Decodes to a Map. */
export function map(name: string, key: "address" | "hash", of: ParamSpec, max: number): Named<"map"> {
  return { name, type: "map", key, of, max };
}

/** Whatever fits first; `form` says in words what is wanted. */
export function union(name: string, of: readonly ParamSpec[], form: string): Named<"union"> {
  return { name, type: "union", of, form };
}

/** Any JSON of at most `maxNodes` values. */
export function json(name: string, maxNodes: number): Named<"json"> {
  return { name, type: "json", maxNodes };
}

/**
 * The same parameter, but it may be absent or null.
 * @example optional(blockRef("block"))
 */
export function optional<S extends ParamSpec>(spec: S): S & { readonly optional: true } {
  return { ...spec, optional: true };
}
