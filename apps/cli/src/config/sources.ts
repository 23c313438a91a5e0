import { nearest } from "./nearest.ts";
import { schema } from "./schema.ts";
import { squash } from "./values.ts";

/** One value as given, and where: a file name, a variable or a flag. */
export interface Given {
  readonly value: unknown;
  /** The text of a variable, tried when its parsed form does not fit (a name made of digits). */
  readonly raw?: string;
  readonly source: string;
}

/** Values by `section.key`, later sources over earlier ones. */
export type Layers = Map<string, Given>;

const sections: Readonly<Record<string, Readonly<Record<string, unknown>>>> = schema;
const allKeys = Object.keys(sections).flatMap((section) =>
  Object.keys(sections[section]!).map((k) => `${section}.${k}`),
);

/** Adds one value; a table is merged into a table key by key (kairos X2). */
export function put(layers: Layers, path: string, given: Given): void {
  const old = layers.get(path)?.value;
  const merged = isTable(old) && isTable(given.value) ? { ...old, ...given.value } : given.value;
  layers.set(path, { ...given, value: merged });
}

/**
 * Adds the tables of a parsed file. Keys are snake_case or camelCase (kairos X3).
 * @param problems gets one line per unknown or repeated key
 */
export function addFile(layers: Layers, document: unknown, source: string, problems: string[]): void {
  if (document === null || document === undefined) return;
  if (!isTable(document)) {
    problems.push(`${source}: want tables of keys, got ${Array.isArray(document) ? "a list" : typeof document}`);
    return;
  }
  for (const [section, keys] of Object.entries(document)) {
    const name = snake(section);
    if (!Object.hasOwn(sections, name)) problems.push(unknown(section, source, Object.keys(sections)));
    else if (!isTable(keys)) problems.push(`${section} in ${source}: want a table`);
    else addSection(layers, name, keys, source, problems);
  }
}

function addSection(
  layers: Layers,
  section: string,
  keys: Readonly<Record<string, unknown>>,
  source: string,
  problems: string[],
): void {
  const seen = new Set<string>();
  for (const [written, value] of Object.entries(keys)) {
    const path = `${section}.${snake(written)}`;
    if (!Object.hasOwn(sections[section]!, snake(written))) {
      problems.push(unknown(`${section}.${written}`, source, allKeys));
    } else if (seen.has(path)) {
      problems.push(`${path} in ${source}: given twice, in snake_case and in camelCase`);
    } else {
      seen.add(path);
      put(layers, path, { value: snakeKeys(value), source });
    }
  }
}

/**
 * Adds the variables `NODE_SECTION__KEY[__FIELD]` (kairos X2), and `NODE_SECTION` holding a JSON object. Variables
 * without `__` that name no section are Node's own and ignored.
 */
export function addEnvironment(
  layers: Layers,
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): void {
  for (const variable of Object.keys(env).sort()) {
    const raw = env[variable];
    if (raw === undefined || !variable.toUpperCase().startsWith("NODE_")) continue;
    const parts = variable.slice("NODE_".length).split("__");
    const section = find(parts[0]!, Object.keys(sections));
    if (parts.length === 1) {
      const value = parseText(raw);
      if (section === undefined) continue;
      if (isTable(value)) addSection(layers, section, value, variable, problems);
      else problems.push(`${variable}: want a JSON object of keys, or ${variable}__KEY for one of them`);
      continue;
    }
    const name = section === undefined ? undefined : find(parts[1]!, Object.keys(sections[section]!));
    if (section === undefined || name === undefined) {
      problems.push(unknown(parts.slice(0, 2).join(".").toLowerCase(), variable, allKeys));
      continue;
    }
    let value: unknown = snakeKeys(parseText(raw));
    for (const field of parts.slice(2).reverse()) value = { [field.toLowerCase()]: value };
    const given = { value, source: variable };
    put(layers, `${section}.${name}`, parts.length === 2 ? { ...given, raw } : given);
  }
}

/** Number, boolean, JSON array or object, else the text itself. */
function parseText(raw: string): unknown {
  const trimmed = raw.trim();
  if (trimmed === "true" || trimmed === "false") return trimmed === "true";
  if (/^-?\d{1,16}(\.\d{1,16})?$/.test(trimmed)) return Number(trimmed);
  if (trimmed.startsWith("[") || trimmed.startsWith("{")) {
    try {
      return JSON.parse(trimmed);
    } catch {
      return raw;
    }
  }
  return raw;
}

function unknown(key: string, source: string, known: readonly string[]): string {
  const near = nearest(snake(key), known);
  return `unknown key ${key} in ${source}${near === undefined ? "" : `; did you mean ${near}?`}`;
}

function find(name: string, known: readonly string[]): string | undefined {
  return known.find((candidate) => squash(candidate) === squash(name));
}

/** `viewTimeout` as `view_timeout`; snake_case stays. `ed25519PublicKey` keeps its digits together. */
export function snake(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys);
  if (!isTable(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [snake(name), snakeKeys(inner)]));
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
