import { codes, failure } from "./errors.ts";
import { bad, type Decoded, hexOf, show } from "./scalars.ts";
import type { ParamSpec } from "./types.ts";

type Fields = Record<string, unknown>;

/** Decodes one member; `decodeParams` hands itself in, because members may be composite again. */
export type DecodeMember = (spec: ParamSpec, value: unknown, path: string) => Decoded<unknown>;

/** An object with these fields; with `open` others are ignored, else they are an error that names them. */
export function decodeObject(
  decode: DecodeMember,
  spec: { readonly fields: readonly ParamSpec[]; readonly open?: boolean },
  value: unknown,
  path: string,
): Decoded<Fields> {
  if (!isRecord(value)) return bad(path, "an object", value);
  const { fields } = spec;
  if (spec.open !== true) {
    for (const key of Object.keys(value)) {
      if (fields.some((field) => field.name === key)) continue;
      return failure(codes.invalidParams, `invalid parameter ${path}: unknown field ${show(key)}`);
    }
  }
  // No prototype: a field named like a method of Object.prototype is absent unless the caller sent it.
  const out: Fields = Object.create(null);
  for (const field of fields) {
    const given = Object.hasOwn(value, field.name) ? value[field.name] : undefined;
    const decoded = decode(field, given, `${path}.${field.name}`);
    if (!decoded.ok) return decoded;
    out[field.name] = decoded.value;
  }
  return { ok: true, value: out };
}

/** An array of at most `max` items. */
export function decodeList(
  decode: DecodeMember,
  of: ParamSpec,
  max: number,
  value: unknown,
  path: string,
): Decoded<readonly unknown[]> {
  if (!Array.isArray(value)) return bad(path, "an array", value);
  if (value.length > max) return tooMany(path, value.length, max);
  const out: unknown[] = [];
  for (let i = 0; i < value.length; i++) {
    const decoded = decode(of, value[i], `${path}[${i}]`);
    if (!decoded.ok) return decoded;
    out.push(decoded.value);
  }
  return { ok: true, value: out };
}

/** An object of at most `max` entries whose keys are addresses or hashes; a key that comes twice in other case fails. */
export function decodeMap(
  decode: DecodeMember,
  spec: Extract<ParamSpec, { readonly type: "map" }>,
  value: unknown,
  path: string,
): Decoded<ReadonlyMap<string, unknown>> {
  if (!isRecord(value)) return bad(path, "an object", value);
  const keys = Object.keys(value);
  if (keys.length > spec.max) return tooMany(path, keys.length, spec.max);
  const bytes = spec.key === "address" ? 20 : 32;
  const out = new Map<string, unknown>();
  for (const key of keys) {
    const hex = hexOf(key, bytes);
    if (hex === undefined) return bad(path, `keys of ${bytes} bytes of 0x-prefixed hex`, key);
    if (out.has(hex)) return failure(codes.invalidParams, `invalid parameter ${path}: ${show(key)} comes twice`);
    const decoded = decode(spec.of, value[key], `${path}.${show(key).slice(1, -1)}`);
    if (!decoded.ok) return decoded;
    out.set(hex, decoded.value);
  }
  return { ok: true, value: out };
}

/**
 * The first member that fits. A value whose JSON kind belongs to one member only is judged by that member, so that the
 * error can name the field that is wrong.
 */
export function decodeUnion(
  decode: DecodeMember,
  of: readonly ParamSpec[],
  form: string,
  value: unknown,
  path: string,
): Decoded<unknown> {
  const fitting = of.filter((spec) => kindFits(spec, value));
  if (fitting.length === 1) return decode(fitting[0]!, value, path);
  for (const spec of fitting) {
    const decoded = decode(spec, value, path);
    if (decoded.ok) return decoded;
  }
  return bad(path, form, value);
}

function kindFits(spec: ParamSpec, value: unknown): boolean {
  switch (spec.type) {
    case "list":
      return Array.isArray(value);
    case "object":
    case "map":
      return isRecord(value);
    case "boolean":
      return typeof value === "boolean";
    case "number":
      return typeof value === "number" || typeof value === "string";
    case "block":
      return typeof value === "string" || isRecord(value);
    case "union":
      return spec.of.some((member) => kindFits(member, value));
    case "json":
      return true;
    default:
      return typeof value === "string";
  }
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function tooMany(path: string, count: number, max: number) {
  return failure(codes.invalidParams, `invalid parameter ${path}: ${count} entries, the limit is ${max}`);
}
