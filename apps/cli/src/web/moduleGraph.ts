import { createHash } from "node:crypto";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { extname, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { ModuleResolver, type Resolved } from "./resolveModule.ts";
import { type ImportSite, type ModuleScan, ScanError, scanImports } from "./scanImports.ts";
import { WebModuleError } from "./webModuleError.ts";

/** What browsers are to load. */
export interface ModuleGraphOptions {
  /**
   * Entry points by the name that pages use: a package's name, `file:` URL, or path that begins with a dot, seen from
   * `from`. A name is one or more of a-z, 0-9 and `-`.
   */
  readonly entries: Readonly<Record<string, string>>;
  /** `import.meta.url` of the caller: packages are looked for from there. */
  readonly from: string;
  /** Path that all files are under; "/modules/" when absent. It begins and ends with a slash. */
  readonly base?: string;
  readonly limits?: GraphLimits;
  /**
   * For a server of static files, in any folder: names end with `.js`, by which such servers tell a type, and specifiers
   * are relative.
   */
  readonly portable?: boolean;
  /** Changes a source before its types are stripped; `id` is package, version and path. */
  readonly transform?: (id: string, source: string) => string;
}

/** Bounds of one graph. */
export interface GraphLimits {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

/** A file as it is sent. */
export interface WebModule {
  readonly type: string;
  readonly bytes: Buffer;
  /** Its path holds the fingerprint of the whole graph, so that a browser may keep it for ever. */
  readonly immutable: boolean;
}

/** All files that the entry points need, rewritten so that a browser finds each, and no others. */
export interface ModuleGraph {
  /** Files by absolute path on the server, such as `/modules/9f…/@polis/codec@0.1.0/src/index.ts`. */
  readonly files: ReadonlyMap<string, WebModule>;
  /** Absolute path of each entry point by name; `/modules/<name>.js` leads to the same module and stays the same. */
  readonly entries: Readonly<Record<string, string>>;
  /** Fingerprint of all sources, 16 hex digits. */
  readonly hash: string;
  readonly bytes: number;
}

const defaultLimits: GraphLimits = { maxFiles: 2_000, maxBytes: 16 * 1024 * 1024 };
const javascript = "text/javascript; charset=utf-8";
const empty = "empty.js";

interface Found {
  /** Package, version and path, as in the URL. */
  readonly id: string;
  readonly text: string;
  readonly sites: readonly ImportSite[];
  /** Ids of what the sites lead to, in order. */
  readonly targets: string[];
}

/**
 * Crawls the imports of some entry points and makes of each file what a browser can load: types stripped, every specifier
 * an absolute path. It reads files while it runs; what it returns is only memory.
 * @example createModuleGraph({ entries: { minimmit: "@polis/minimmit" }, from: import.meta.url })
 * @throws WebModuleError with the chain of imports, such as for a `node:` module
 */
export function createModuleGraph(options: ModuleGraphOptions): ModuleGraph {
  const { limits = defaultLimits, transform = (_id: string, source: string) => source, portable = false } = options;
  const crawler = new Crawler({ limits, transform, portable });
  const ids: Record<string, string> = {};
  for (const [name, specifier] of Object.entries(options.entries)) {
    if (!/^[a-z0-9-]+$/.test(name)) throw new RangeError(`"${name}" cannot name an entry point: use a-z, 0-9 and -`);
    ids[name] = crawler.enter(specifier, fileURLToPath(options.from));
  }
  return publish([...crawler.files.values()], ids, { base: options.base ?? "/modules/", portable });
}

class Crawler {
  readonly files = new Map<string, Found>();
  readonly #resolver = new ModuleResolver();
  readonly #options: Required<Pick<ModuleGraphOptions, "limits" | "transform" | "portable">>;
  #bytes = 0;

  constructor(options: Required<Pick<ModuleGraphOptions, "limits" | "transform" | "portable">>) {
    this.#options = options;
  }

  /** Crawls one entry point and returns its id. */
  enter(specifier: string, importer: string): string {
    const from = this.#resolver.packageOf(importer);
    const waiting: { readonly file: Found; readonly path: string; readonly chain: readonly string[] }[] = [];
    const visit = (resolved: Resolved, chain: readonly string[]): string => {
      if (resolved.kind === "empty") return empty;
      const { path } = resolved;
      const id = this.#idOf(path);
      if (!this.files.has(id)) {
        const way = [...chain, id];
        const file = explain(way, () => this.#read(path, id));
        this.files.set(id, file);
        waiting.push({ file, path, chain: way });
      }
      return id;
    };
    const start = explain([specifier], () =>
      specifier.startsWith("file:")
        ? ({ kind: "file", path: realpathSync(fileURLToPath(specifier)) } as const)
        : this.#resolver.resolve(specifier, importer),
    );
    const id = visit(start, [`${from.manifest.name} asks for ${specifier}`]);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { file, path, chain } = next;
      for (const { specifier: wanted } of file.sites) {
        const resolved = explain([...chain, wanted], () => this.#resolver.resolve(wanted, path));
        file.targets.push(visit(resolved, chain));
      }
    }
    return id;
  }

  #idOf(path: string): string {
    const { folder, manifest } = this.#resolver.packageOf(path);
    const inside = relative(folder, path).split(sep).map(encodeURIComponent).join("/");
    const ending = this.#options.portable && /\.(m?ts|mjs)$/.test(inside) ? ".js" : "";
    return `${manifest.name}@${manifest.version ?? "0"}/${inside}${ending}`;
  }

  #read(path: string, id: string): Found {
    const { maxFiles, maxBytes } = this.#options.limits;
    this.#bytes += statSync(path).size;
    if (this.files.size >= maxFiles || this.#bytes > maxBytes) {
      const message = `more than ${maxFiles} files or ${maxBytes} bytes`;
      throw new WebModuleError("WEB_LIMIT", message, "import less, or raise the limits");
    }
    const source = this.#options.transform(id, readFileSync(path, "utf8"));
    const kind = extname(path);
    if (kind === ".json") return { id, text: source, sites: [], targets: [] };
    if (kind !== ".ts" && kind !== ".mts" && kind !== ".js" && kind !== ".mjs") {
      throw new WebModuleError(
        "WEB_KIND",
        `${id} is neither a script nor JSON`,
        "import only .ts, .js and .json files",
      );
    }
    const text = kind.endsWith("ts") ? stripTypes(source, id) : source;
    const scan = scanned(text, id);
    if (!scan.isModule && scan.usesCommonJs) {
      throw new WebModuleError("WEB_COMMONJS", `${id} is a CommonJS file`, "browsers need a package with ES modules");
    }
    return { id, text, sites: scan.imports, targets: [] };
  }
}

function stripTypes(source: string, id: string): string {
  const { emitWarning } = process;
  // Node runs our sources without a word, but says of this function that it may change.
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source, { mode: "strip" });
  } catch (error) {
    const hint = "use only TypeScript that can be erased";
    throw new WebModuleError("WEB_SYNTAX", `${id} cannot be stripped of its types`, hint, [], error);
  } finally {
    process.emitWarning = emitWarning;
  }
}

function scanned(text: string, id: string): ModuleScan {
  try {
    return scanImports(text);
  } catch (error) {
    if (!(error instanceof ScanError)) throw error;
    throw new WebModuleError("WEB_SYNTAX", `${id}: ${error.message}`, error.hint, [], error);
  }
}

/** Adds the chain of imports to an error on the way. */
function explain<T>(chain: readonly string[], run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof WebModuleError) || error.chain.length > 0) throw error;
    throw new WebModuleError(error.code, error.message, error.hint, chain, error.cause);
  }
}

/** Names all files by the fingerprint of the whole, rewrites the specifiers, and adds the names that stay the same. */
function publish(
  found: readonly Found[],
  ids: Readonly<Record<string, string>>,
  { base, portable }: { readonly base: string; readonly portable: boolean },
): ModuleGraph {
  const sorted = [...found].sort((a, b) => (a.id < b.id ? -1 : 1));
  const sum = createHash("sha256");
  for (const { id, text } of sorted) sum.update(`${id}\n${text.length}\n${text}`);
  const hash = sum.digest("hex").slice(0, 16);
  const pathOf = (id: string) => `${base}${hash}/${id}`;
  const nameFor = (from: string, path: string) => {
    if (!portable) return path;
    const near = posix.relative(posix.dirname(from), path);
    return near.startsWith(".") ? near : `./${near}`;
  };
  const files = new Map<string, WebModule>();
  let bytes = 0;
  const add = (path: string, text: string, immutable: boolean) => {
    const type = path.endsWith(".json") ? "application/json; charset=utf-8" : javascript;
    const file = { type, bytes: Buffer.from(text), immutable };
    bytes += file.bytes.length;
    files.set(path, file);
  };
  for (const file of sorted) {
    const path = pathOf(file.id);
    const text = rewritten(file, (id) => nameFor(path, pathOf(id)));
    add(path, text, true);
  }
  if (sorted.some(({ targets }) => targets.includes(empty))) add(pathOf(empty), "export default {};\n", true);
  const entries: Record<string, string> = {};
  for (const [name, id] of Object.entries(ids)) {
    entries[name] = pathOf(id);
    const path = `${base}${name}.js`;
    add(path, `export * from ${JSON.stringify(nameFor(path, pathOf(id)))};\n`, false);
  }
  return { files, entries, hash, bytes };
}

function rewritten({ text, sites, targets }: Found, nameOf: (id: string) => string): string {
  let out = "";
  let from = 0;
  sites.forEach(({ start, end }, i) => {
    out += text.slice(from, start) + nameOf(targets[i]!);
    from = end;
  });
  return out + text.slice(from);
}
