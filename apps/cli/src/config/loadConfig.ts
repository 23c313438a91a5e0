import { readFileSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { parse as parseToml } from "smol-toml";
import { parse as parseYaml } from "yaml";
import { ConfigError, UserError } from "../errors.ts";
import { checkRelations } from "./checkRelations.ts";
import type { Key } from "./key.ts";
import { type Config, schema } from "./schema.ts";
import { addEnvironment, addFile, type Layers, put } from "./sources.ts";

export interface ConfigSources {
  /** `.toml`, `.yaml` or `.yml`; none means environment only (kairos X1). */
  readonly path?: string | undefined;
  /** Tables of keys as a parsed file has them; may stand in for a file. Relative paths are the caller's. */
  readonly document?: unknown;
  /** Variables; none are read unless given (kairos X10). */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Values of command-line flags by `section.key`, over all others. */
  readonly flags?: Readonly<Record<string, { readonly value: unknown; readonly flag: string }>>;
}

/** Keys whose value is a file or directory: relative ones in a file are relative to that file's folder. */
const paths = new Set([
  "genesis.path",
  "storage.path",
  "admin.token_file",
  "identity.bls_secret_key_path",
  "identity.ed25519_secret_key_path",
  "identity.share_key_path",
  "identity.password_file",
  "channels.store_path",
  "logging.file",
  ...["rpc", "jsonrpc", "admin", "metrics", "visualizer"].flatMap((name) => [`${name}.tls_cert`, `${name}.tls_key`]),
]);
const maxFileBytes = 4 * 1024 * 1024;

/**
 * The effective configuration: flag over environment over file over default (kairos X1-X7).
 * @throws ConfigError with every problem found, UserError when the file cannot be read
 * @example loadConfig({ path: "config.toml", env: process.env })
 */
export function loadConfig(sources: ConfigSources): Config {
  const problems: string[] = [];
  const layers: Layers = new Map();
  if (sources.path !== undefined) {
    addFile(layers, readDocument(sources.path), sources.path, problems);
    anchorPaths(layers, dirname(resolve(sources.path)));
  }
  if (sources.document !== undefined) addFile(layers, sources.document, "the given object", problems);
  if (sources.env !== undefined) addEnvironment(layers, sources.env, problems);
  for (const [path, { value, flag }] of Object.entries(sources.flags ?? {})) put(layers, path, { value, source: flag });
  const wrong = new Set<string>();
  const config = readAll(layers, problems, wrong);
  // What a wrong value would have meant for others is not known, so relations with it are not judged.
  const isOfWrong = (problem: string) => [...wrong].some((path) => new RegExp(`\\b${path}\\b`).test(problem));
  problems.push(...checkRelations(config).filter((problem) => !isOfWrong(problem)));
  if (problems.length > 0) {
    throw new ConfigError(problems, "config.example.toml documents every key; try `kairos config check --config FILE`");
  }
  return config;
}

function readDocument(path: string): unknown {
  const extension = extname(path).toLowerCase();
  if (![".toml", ".yaml", ".yml"].includes(extension)) {
    throw new UserError(
      "CONFIG_EXTENSION",
      `${path}: the extension ${extension === "" ? "is missing" : `${extension} is not known`}`,
      "name the file .toml, .yaml or .yml",
      { exitCode: 2 },
    );
  }
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const hint = "check the path, or make one with `kairos generate-configs`";
    throw new UserError("CONFIG_UNREADABLE", `cannot read ${path}`, hint, { cause, exitCode: 2 });
  }
  if (text.length > maxFileBytes) {
    throw new UserError("CONFIG_TOO_LARGE", `${path} is over ${maxFileBytes} bytes`, "is it a configuration?", {
      exitCode: 2,
    });
  }
  try {
    return extension === ".toml" ? parseToml(text) : parseYaml(text, { maxAliasCount: 100 });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UserError("CONFIG_SYNTAX", `${path}: ${message}`, "correct the place shown", { cause, exitCode: 2 });
  }
}

function anchorPaths(layers: Layers, folder: string): void {
  for (const [path, given] of layers) {
    if (paths.has(path) && typeof given.value === "string") {
      layers.set(path, { ...given, value: resolve(folder, given.value) });
    }
  }
}

/** @param wrong gets the keys whose value is missing or wrong; they have their default in the result, where there is one */
function readAll(layers: Layers, problems: string[], wrong: Set<string>): Config {
  const config: Record<string, Record<string, unknown>> = {};
  for (const [section, keys] of Object.entries(schema)) {
    const out: Record<string, unknown> = {};
    for (const [name, spec] of Object.entries(keys as Record<string, Key<unknown>>)) {
      const path = `${section}.${name}`;
      const before = problems.length;
      out[camel(name)] = readKey(layers, path, spec, problems);
      if (problems.length > before) wrong.add(path);
    }
    config[section] = out;
  }
  return config as unknown as Config;
}

function readKey(layers: Layers, path: string, spec: Key<unknown>, problems: string[]): unknown {
  const given = layers.get(path);
  if (given === undefined) {
    if (spec.fallback !== undefined) return spec.schema.parse(spec.fallback);
    if (spec.required) problems.push(`${path} is required: set it in the file or by ${variableOf(path)}`);
    return undefined;
  }
  const read = spec.schema.safeParse(given.value);
  if (read.success) return read.data;
  const again = given.raw === undefined ? undefined : spec.schema.safeParse(given.raw);
  if (again?.success === true) return again.data;
  const want = read.error.issues.map((issue) => [...issue.path.map(String), issue.message].join(" ")).join("; ");
  problems.push(`${path} in ${given.source}: got ${shown(path, given.value)}, want ${want}`);
  return spec.fallback === undefined ? undefined : spec.schema.parse(spec.fallback);
}

/** The environment variable of a key. */
export function variableOf(path: string): string {
  return `NODE_${path.replace(".", "__").toUpperCase()}`;
}

function shown(path: string, value: unknown): string {
  if (path === "identity.password_file") return "a value";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function camel(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
