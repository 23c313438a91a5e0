import { codes, failure } from "./errors.ts";
import type { Answer, BlockRef, ParamSpec } from "./types.ts";

type Decoded<T> = { readonly ok: true; readonly value: T } | (Answer & { readonly ok: false });

const tags = new Set(["latest", "safe", "finalized", "pending", "earliest"]);

/**
 * Checks positional parameters against their specs (kairos J6: -32602 names the parameter).
 * @returns one decoded value per spec, or the error for the caller; never throws
 * @example decodeParams([address("address")], ["0x00…"])
 */
export function decodeParams(specs: readonly ParamSpec[], params: unknown): Decoded<readonly unknown[]> {
  if (params !== undefined && !Array.isArray(params)) {
    return failure(codes.invalidParams, "params must be an array of positional parameters");
  }
  const given: readonly unknown[] = params ?? [];
  if (given.length > specs.length) {
    return failure(codes.invalidParams, `too many parameters: want at most ${specs.length}, got ${given.length}`);
  }
  const values: unknown[] = [];
  for (let i = 0; i < specs.length; i++) {
    const decoded = decodeOptional(specs[i]!, given[i], specs[i]!.name);
    if (!decoded.ok) return decoded;
    values.push(decoded.value);
  }
  return { ok: true, value: values };
}

function decodeOptional(spec: ParamSpec, value: unknown, path: string): Decoded<unknown> {
  if (value === undefined || (value === null && spec.optional === true)) {
    if (spec.optional === true) return { ok: true, value: undefined };
    return failure(codes.invalidParams, `missing value for required parameter ${path}`);
  }
  return decodeOne(spec, value, path);
}

function decodeOne(spec: ParamSpec, value: unknown, path: string): Decoded<unknown> {
  switch (spec.type) {
    case "quantity": {
      const number = quantityOf(value, spec.maxBits ?? 256);
      return number === undefined ? bad(path, quantityForm(spec.maxBits ?? 256), value) : { ok: true, value: number };
    }
    case "data":
      return decodeData(value, spec.maxBytes, path);
    case "address":
    case "hash": {
      const bytes = spec.type === "address" ? 20 : 32;
      const hex = hexOf(value, bytes);
      return hex === undefined ? bad(path, `${bytes} bytes of 0x-prefixed hex`, value) : { ok: true, value: hex };
    }
    case "block":
      return decodeBlock(value, spec.hashes === true, path);
    case "boolean":
      return typeof value === "boolean" ? { ok: true, value } : bad(path, "true or false", value);
    case "text":
      if (typeof value === "string" && value.length <= spec.maxLength) return { ok: true, value };
      return bad(path, `a string of at most ${spec.maxLength} characters`, value);
    case "object":
      return decodeObject(spec.fields, value, path);
  }
}

function decodeData(value: unknown, maxBytes: number, path: string): Decoded<Uint8Array> {
  if (typeof value !== "string" || !value.startsWith("0x")) return bad(path, "0x-prefixed hex data", value);
  if (value.length % 2 !== 0) return bad(path, "an even number of hex digits", value);
  const length = value.length / 2 - 1;
  if (length > maxBytes) {
    return failure(codes.invalidParams, `invalid parameter ${path}: ${length} bytes, the limit is ${maxBytes}`);
  }
  // Buffer stops at the first character that is not hex, so a short result means a bad digit.
  const bytes = Buffer.from(value.slice(2), "hex");
  if (bytes.length !== length) return bad(path, "0x-prefixed hex data", value);
  return { ok: true, value: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) };
}

function decodeBlock(value: unknown, hashes: boolean, path: string): Decoded<BlockRef> {
  const form = hashes
    ? "a block tag (latest, safe, finalized, pending, earliest), height, hash or EIP-1898 object"
    : "a block tag (latest, safe, finalized, pending, earliest) or a 0x height";
  if (typeof value === "string") {
    if (tags.has(value)) return { ok: true, value: { kind: "tag", tag: value } as BlockRef };
    const hash = hashes ? hexOf(value, 32) : undefined;
    if (hash !== undefined) return { ok: true, value: { kind: "hash", hash } };
    const height = quantityOf(value, 53);
    if (height !== undefined) return { ok: true, value: { kind: "number", height: Number(height) } };
    return bad(path, form, value);
  }
  if (!hashes || typeof value !== "object" || value === null) return bad(path, form, value);
  const fields = decodeObject(eip1898, value, path);
  if (!fields.ok) return fields;
  const { blockHash, blockNumber } = fields.value as { blockHash?: string; blockNumber?: BlockRef };
  if ((blockHash === undefined) === (blockNumber === undefined)) {
    return failure(codes.invalidParams, `invalid parameter ${path}: give exactly one of blockHash and blockNumber`);
  }
  return { ok: true, value: blockNumber ?? { kind: "hash", hash: blockHash! } };
}

const eip1898: readonly ParamSpec[] = [
  { name: "blockHash", type: "hash", optional: true },
  { name: "blockNumber", type: "block", optional: true },
  { name: "requireCanonical", type: "boolean", optional: true },
];

function decodeObject(fields: readonly ParamSpec[], value: unknown, path: string): Decoded<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return bad(path, "an object", value);
  for (const key of Object.keys(value)) {
    if (!fields.some((field) => field.name === key)) {
      return failure(codes.invalidParams, `invalid parameter ${path}: unknown field ${show(key)}`);
    }
  }
  // No prototype: a field named like a method of Object.prototype is absent unless the caller sent it.
  const out: Record<string, unknown> = Object.create(null);
  for (const field of fields) {
    const given = Object.hasOwn(value, field.name) ? (value as Record<string, unknown>)[field.name] : undefined;
    const decoded = decodeOptional(field, given, `${path}.${field.name}`);
    if (!decoded.ok) return decoded;
    out[field.name] = decoded.value;
  }
  return { ok: true, value: out };
}

function quantityOf(value: unknown, maxBits: number): bigint | undefined {
  if (typeof value !== "string" || value.length < 3 || value.length > 2 + Math.ceil(maxBits / 4)) return undefined;
  if (!value.startsWith("0x") || !isHex(value, 2)) return undefined;
  if (value.length > 3 && value.charCodeAt(2) === 48) return undefined;
  const number = BigInt(value);
  return number >> BigInt(maxBits) === 0n ? number : undefined;
}

function quantityForm(maxBits: number): string {
  return `a 0x-prefixed quantity without leading zeros, below 2^${maxBits}`;
}

function hexOf(value: unknown, bytes: number): string | undefined {
  if (typeof value !== "string" || value.length !== 2 + 2 * bytes) return undefined;
  return value.startsWith("0x") && isHex(value, 2) ? value.slice(2).toLowerCase() : undefined;
}

function isHex(value: string, from: number): boolean {
  for (let i = from; i < value.length; i++) {
    const c = value.charCodeAt(i);
    if (!((c >= 48 && c <= 57) || (c >= 97 && c <= 102) || (c >= 65 && c <= 70))) return false;
  }
  return true;
}

function bad(path: string, form: string, value: unknown): Answer & { readonly ok: false } {
  return failure(codes.invalidParams, `invalid parameter ${path}: want ${form}, got ${show(value)}`);
}

/** A short rendering of what came in: an error must not grow with the request. */
function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  return Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
}
