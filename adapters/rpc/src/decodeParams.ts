import { decodeList, decodeMap, decodeObject, decodeUnion } from "./composites.ts";
import { codes, failure } from "./errors.ts";
import { bad, type Decoded, decodeData, hexOf, numberOf, quantityForm, quantityOf } from "./scalars.ts";
import type { BlockRef, ParamSpec } from "./types.ts";

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

/** One value that may be absent where its spec says so. `path` names it in errors. */
function decodeOptional(spec: ParamSpec, value: unknown, path: string): Decoded<unknown> {
  if (value === undefined || (value === null && spec.optional === true)) {
    if (spec.optional === true) return { ok: true, value: undefined };
    return failure(codes.invalidParams, `missing value for required parameter ${path}`);
  }
  return decodeOne(spec, value, path);
}

/** One value that is there. */
function decodeOne(spec: ParamSpec, value: unknown, path: string): Decoded<unknown> {
  switch (spec.type) {
    case "quantity": {
      const number = quantityOf(value, spec.maxBits ?? 256);
      return number === undefined ? bad(path, quantityForm(spec.maxBits ?? 256), value) : { ok: true, value: number };
    }
    case "number": {
      const number = numberOf(value, spec.maxBits ?? 256);
      const form = `a non-negative integer or 0x quantity below 2^${spec.maxBits ?? 256}`;
      return number === undefined ? bad(path, form, value) : { ok: true, value: number };
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
      if (spec.oneOf !== undefined && !spec.oneOf.includes(value as string)) {
        return bad(path, `one of ${spec.oneOf.join(", ")}`, value);
      }
      if (typeof value === "string" && value.length <= spec.maxLength) return { ok: true, value };
      return bad(path, `a string of at most ${spec.maxLength} characters`, value);
    case "object":
      return decodeObject(decodeOptional, spec, value, path);
    case "list":
      return decodeList(decodeOptional, spec.of, spec.max, value, path);
    case "map":
      return decodeMap(decodeOptional, spec, value, path);
    case "union":
      return decodeUnion(decodeOne, spec.of, spec.form, value, path);
    case "json":
      if (nodesOf(value, spec.maxNodes) > spec.maxNodes) {
        return failure(codes.invalidParams, `invalid parameter ${path}: more than ${spec.maxNodes} values`);
      }
      return { ok: true, value };
  }
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
  const fields = decodeObject(decodeOptional, { fields: eip1898 }, value, path);
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

/** Values of a JSON tree; counting ends soon after `max`. Its depth was bounded when the body was scanned. */
function nodesOf(value: unknown, max: number): number {
  if (typeof value !== "object" || value === null) return 1;
  let count = 1;
  for (const item of Object.values(value)) {
    count += nodesOf(item, max - count);
    if (count > max) break;
  }
  return count;
}
