import { concatBytes } from "@polis/codec";
import { keccak256 } from "@polis/crypto";

/** A document that EIP-712 cannot hash: what is wrong with it, for the caller. */
export class TypedDataError extends Error {
  override readonly name = "TypedDataError";
}

interface Field {
  readonly name: string;
  readonly type: string;
}

type Types = ReadonlyMap<string, readonly Field[]>;

const domainFields: readonly Field[] = [
  { name: "name", type: "string" },
  { name: "version", type: "string" },
  { name: "chainId", type: "uint256" },
  { name: "verifyingContract", type: "address" },
  { name: "salt", type: "bytes32" },
];
/** Nesting of values and types: deeper documents are refused before they can exhaust the stack. */
const maxDepth = 32;

/**
 * The digest that a wallet signs for a typed document (EIP-712).
 * @param document `{types, primaryType, domain, message}` as JSON
 * @returns 32 bytes
 * @throws TypedDataError naming what is wrong
 */
export function hashTypedData(document: unknown): Uint8Array {
  const { types: given, primaryType, domain, message } = record(document, "the document");
  const types = readTypes(given, record(domain, "domain"));
  if (typeof primaryType !== "string") throw new TypedDataError("primaryType must be a string");
  const parts = [Uint8Array.of(0x19, 0x01), hashStruct(types, "EIP712Domain", domain, 0)];
  if (primaryType !== "EIP712Domain") parts.push(hashStruct(types, primaryType, message, 0));
  return keccak256(concatBytes(...parts));
}

function readTypes(given: unknown, domain: Record<string, unknown>): Types {
  const types = new Map<string, readonly Field[]>();
  for (const [name, fields] of Object.entries(record(given, "types"))) {
    if (!Array.isArray(fields)) throw new TypedDataError(`types.${name} must be a list`);
    types.set(
      name,
      fields.map((field: unknown) => {
        const { name: fieldName, type } = record(field, `a field of ${name}`);
        if (typeof fieldName !== "string" || typeof type !== "string") {
          throw new TypedDataError(`a field of ${name} needs the texts name and type`);
        }
        return { name: fieldName, type };
      }),
    );
  }
  if (!types.has("EIP712Domain")) {
    types.set(
      "EIP712Domain",
      domainFields.filter(({ name }) => domain[name] !== undefined && domain[name] !== null),
    );
  }
  return types;
}

function hashStruct(types: Types, name: string, value: unknown, depth: number): Uint8Array {
  if (depth > maxDepth) throw new TypedDataError(`values are nested deeper than ${maxDepth}`);
  const fields = types.get(name);
  if (fields === undefined) throw new TypedDataError(`the type ${name} is not defined`);
  const struct = record(value, `a value of type ${name}`);
  const words = [typeHash(types, name)];
  for (const field of fields) words.push(word(types, field.type, struct[field.name], `${name}.${field.name}`, depth));
  return keccak256(concatBytes(...words));
}

/** keccak of the type and, sorted by name, of those it refers to. */
function typeHash(types: Types, name: string): Uint8Array {
  const found = new Set<string>();
  const collect = (one: string): void => {
    if (found.has(one) || !types.has(one)) return;
    found.add(one);
    for (const { type } of types.get(one)!) collect(type.replace(/(\[\d*\])+$/, ""));
  };
  collect(name);
  found.delete(name);
  const names = [name, ...[...found].sort()];
  const text = names
    .map(
      (one) =>
        `${one}(${types
          .get(one)!
          .map((f) => `${f.type} ${f.name}`)
          .join(",")})`,
    )
    .join("");
  return keccak256(new TextEncoder().encode(text));
}

function word(types: Types, type: string, value: unknown, path: string, depth: number): Uint8Array {
  const array = /^(.*)\[(\d*)\]$/.exec(type);
  if (array !== null) {
    if (!Array.isArray(value)) throw new TypedDataError(`${path} must be a list`);
    if (depth > maxDepth) throw new TypedDataError(`values are nested deeper than ${maxDepth}`);
    if (array[2] !== "" && value.length !== Number(array[2])) {
      throw new TypedDataError(`${path} must have ${array[2]} items`);
    }
    return keccak256(concatBytes(...value.map((item, i) => word(types, array[1]!, item, `${path}[${i}]`, depth + 1))));
  }
  if (types.has(type)) {
    // EIP-712 as all wallets do it: a missing struct is the zero word.
    return value === undefined || value === null ? new Uint8Array(32) : hashStruct(types, type, value, depth + 1);
  }
  if (type === "string") {
    if (typeof value !== "string") throw new TypedDataError(`${path} must be a string`);
    return keccak256(new TextEncoder().encode(value));
  }
  if (type === "bytes") return keccak256(bytesOf(value, path));
  if (type === "bool") {
    if (typeof value !== "boolean") throw new TypedDataError(`${path} must be true or false`);
    return integerWord(value ? 1n : 0n);
  }
  return atomWord(type, value, path);
}

/** address, bytesN, uintN and intN. */
function atomWord(type: string, value: unknown, path: string): Uint8Array {
  const match = /^(address|bytes|uint|int)(\d*)$/.exec(type);
  const size = match === null || match[2] === "" ? (match?.[1] === "address" ? 20 : 256) : Number(match[2]);
  if (match?.[1] === "address" || match?.[1] === "bytes") {
    const bytes = bytesOf(value, path);
    if (bytes.length !== size || size > 32) throw new TypedDataError(`${path} must be ${type}`);
    const out = new Uint8Array(32);
    out.set(bytes, match[1] === "address" ? 12 : 0);
    return out;
  }
  if (match === null || size > 256 || size % 8 !== 0 || size === 0) {
    throw new TypedDataError(`the type ${type} of ${path} is not known`);
  }
  const number = integerOf(value, path);
  const [low, high] =
    match[1] === "uint" ? [0n, 1n << BigInt(size)] : [-(1n << BigInt(size - 1)), 1n << BigInt(size - 1)];
  if (number < low || number >= high) throw new TypedDataError(`${path} is not a ${type}`);
  return integerWord(number);
}

function integerOf(value: unknown, path: string): bigint {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === "string" && /^(-?\d{1,78}|0x[0-9a-fA-F]{1,64})$/.test(value)) return BigInt(value);
  throw new TypedDataError(`${path} must be an integer, as number, decimal text or 0x quantity`);
}

function integerWord(value: bigint): Uint8Array {
  return Uint8Array.fromHex(BigInt.asUintN(256, value).toString(16).padStart(64, "0"));
}

function bytesOf(value: unknown, path: string): Uint8Array {
  if (typeof value === "string" && /^0x([0-9a-fA-F]{2})*$/.test(value)) return Uint8Array.fromHex(value.slice(2));
  throw new TypedDataError(`${path} must be 0x-prefixed hex of whole bytes`);
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new TypedDataError(`${what} must be an object`);
}
