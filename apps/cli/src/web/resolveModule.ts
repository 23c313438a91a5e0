import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { WebModuleError } from "./webModuleError.ts";

/** What a `package.json` says, as far as a browser is concerned. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly type?: string;
  readonly main?: string;
  readonly module?: string;
  readonly browser?: string | Readonly<Record<string, string | false>>;
  readonly exports?: Exports;
}

/** The `exports` field: a target, targets by condition, or either by subpath. */
export type Exports = string | null | readonly Exports[] | { readonly [key: string]: Exports };

/** A package on disk; `folder` is its real path. */
export interface PackageOnDisk {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Where an import leads: a file, or nothing, which the package asks browsers to take in its place. */
export type Resolved = { readonly kind: "file"; readonly path: string } | { readonly kind: "empty" };

/** In the order in which bundlers for browsers ask; a package's own order decides. */
const conditions: ReadonlySet<string> = new Set(["browser", "import", "default"]);
const maxManifestBytes = 256 * 1024;

/** Finds modules as a bundler for browsers does: `exports` with the conditions above, the `browser` field, `module`, `main`. */
export class ModuleResolver {
  readonly #packages = new Map<string, PackageOnDisk | undefined>();

  /**
   * Resolves one import of one file.
   * @param specifier as it stands in the source: relative, `#` imports are not known, or a package's name with a subpath
   * @param importer absolute path of the importing file
   * @example resolver.resolve("@noble/hashes/sha2.js", "/repo/kernel/crypto/src/portable/hashes.ts")
   * @throws WebModuleError
   */
  resolve(specifier: string, importer: string): Resolved {
    const owner = this.packageOf(importer);
    const isRelative = specifier.startsWith("./") || specifier.startsWith("../");
    if (!isRelative) {
      const replacement = browserMap(owner.manifest)[specifier];
      if (replacement === false) return { kind: "empty" };
      if (replacement !== undefined) return this.resolve(replacement, join(owner.folder, "package.json"));
    }
    if (specifier.startsWith("node:")) throw builtin(specifier);
    return isRelative
      ? this.#inBrowser(this.#relative(specifier, importer, owner), owner)
      : this.#bare(specifier, importer);
  }

  /** The package that a file belongs to: the nearest `package.json` with a name above it. */
  packageOf(path: string): PackageOnDisk {
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      const found = this.#packageAt(folder);
      if (found?.manifest.name !== undefined) return found;
      if (folder === dirname(folder)) {
        throw new WebModuleError("WEB_OUTSIDE", `${path} belongs to no package`, "give it a package.json with a name");
      }
    }
  }

  #packageAt(folder: string): PackageOnDisk | undefined {
    if (this.#packages.has(folder)) return this.#packages.get(folder);
    const path = join(folder, "package.json");
    let found: PackageOnDisk | undefined;
    if (existsSync(path) && statSync(path).size <= maxManifestBytes) {
      found = { folder, manifest: JSON.parse(readFileSync(path, "utf8")) as Manifest };
    }
    this.#packages.set(folder, found);
    return found;
  }

  #relative(specifier: string, importer: string, owner: PackageOnDisk): string {
    const path = resolve(dirname(importer), specifier);
    if (!isInside(path, owner.folder)) {
      const message = `${specifier} leads out of the package ${owner.manifest.name}`;
      throw new WebModuleError("WEB_OUTSIDE", message, "import the other package by its name");
    }
    return path;
  }

  #bare(specifier: string, importer: string): Resolved {
    const parts = specifier.split("/");
    const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
    const subpath = [".", ...parts.slice(specifier.startsWith("@") ? 2 : 1)].join("/");
    const found = this.#find(name, importer);
    if (found === undefined) {
      if (isBuiltin(specifier)) throw builtin(specifier);
      throw new WebModuleError("WEB_NOT_FOUND", `the package ${name} is not installed`, "install it, or fix the name");
    }
    const { manifest, folder } = found;
    if (manifest.exports !== undefined && manifest.exports !== null) {
      const target = exported(manifest.exports, subpath);
      if (target === undefined) {
        throw new WebModuleError(
          "WEB_NOT_EXPORTED",
          `${name} exports no ${subpath} to browsers`,
          "import something that its package.json exports for import, browser or default",
        );
      }
      return this.#inBrowser(resolve(folder, target), found);
    }
    const browser = typeof manifest.browser === "string" ? manifest.browser : undefined;
    const main = manifest.module ?? browser ?? manifest.main ?? "index.js";
    return this.#inBrowser(resolve(folder, subpath === "." ? main : subpath), found);
  }

  /** Looks into `node_modules` of every folder upward, as Node does; a package may import itself by name. */
  #find(name: string, importer: string): PackageOnDisk | undefined {
    const own = this.packageOf(importer);
    if (own.manifest.name === name) return own;
    for (let folder = dirname(importer); ; folder = dirname(folder)) {
      const path = join(folder, "node_modules", name);
      if (existsSync(path)) return this.#packageAt(realpathSync(path));
      if (folder === dirname(folder)) return undefined;
    }
  }

  /** Applies the `browser` map of the package and checks that the file exists within it. */
  #inBrowser(path: string, owner: PackageOnDisk): Resolved {
    const replacement = browserMap(owner.manifest)[`./${relative(owner.folder, path).split(sep).join("/")}`];
    if (replacement === false) return { kind: "empty" };
    const wanted = replacement === undefined ? path : resolve(owner.folder, replacement);
    // Older packages leave the ending out.
    const found = [wanted, `${wanted}.js`, join(wanted, "index.js")].find((one) => isFile(one));
    const real = found === undefined ? wanted : realpathSync(found);
    if (!isInside(real, owner.folder)) {
      const message = `${real} is not in the package ${owner.manifest.name}`;
      throw new WebModuleError("WEB_OUTSIDE", message, "put the file into the package");
    }
    if (found === undefined) throw new WebModuleError("WEB_NOT_FOUND", `${wanted} does not exist`, "fix the import");
    return { kind: "file", path: real };
  }
}

/** The target of a subpath by the rules of Node's package entry points; undefined when it is not exported. */
function exported(exports: Exports, subpath: string): string | undefined {
  if (typeof exports === "string" || Array.isArray(exports) || exports === null || !hasSubpaths(exports)) {
    return subpath === "." ? target(exports, "") : undefined;
  }
  const table = exports as Readonly<Record<string, Exports>>;
  if (table[subpath] !== undefined) return target(table[subpath], "");
  const patterns = Object.keys(table)
    .filter((key) => key.includes("*"))
    .sort((a, b) => b.indexOf("*") - a.indexOf("*") || b.length - a.length);
  for (const pattern of patterns) {
    const [before, after] = pattern.split("*") as [string, string];
    const fits = subpath.startsWith(before) && subpath.endsWith(after) && subpath.length > pattern.length - 1;
    if (fits) return target(table[pattern]!, subpath.slice(before.length, subpath.length - after.length));
  }
  return undefined;
}

function hasSubpaths(exports: object): boolean {
  return Object.keys(exports).some((key) => key.startsWith("."));
}

function target(exports: Exports, star: string): string | undefined {
  if (exports === null) return undefined;
  if (typeof exports === "string") return exports.replaceAll("*", star);
  if (Array.isArray(exports)) return (exports as readonly Exports[]).map((one) => target(one, star)).find(Boolean);
  for (const [condition, value] of Object.entries(exports)) {
    const found = conditions.has(condition) ? target(value, star) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function browserMap({ browser }: Manifest): Readonly<Record<string, string | false>> {
  return typeof browser === "object" ? browser : {};
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder + sep);
}

function builtin(specifier: string): WebModuleError {
  return new WebModuleError(
    "WEB_BUILTIN",
    `${specifier} is part of Node and of no browser`,
    "move the import out of what browsers load, or map the file that needs it in the package's browser field",
  );
}
