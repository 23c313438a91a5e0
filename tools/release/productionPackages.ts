import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One entry of package-lock.json, the fields that are read here. */
export interface LockEntry {
  readonly version?: string;
  readonly license?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

/** Entries of package-lock.json by path: "kernel/codec", "node_modules/lmdb". */
export type Lock = Readonly<Record<string, LockEntry>>;

/** Reads package-lock.json of a folder. */
export function readLock(root: string): Lock {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as { readonly packages: Lock };
  return lock.packages;
}

/**
 * What a workspace needs to run: everything that Node would find from it by its dependencies, and theirs. Optional
 * packages count, for every platform; peers and packages for development do not.
 * @returns paths of the lock file, sorted, the workspaces among them
 * @throws Error when the lock file lacks a dependency that is not optional
 */
export function productionPackages(lock: Lock, workspace: string): readonly string[] {
  const seen = new Set<string>();
  const open = [workspace];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const entry = lock[path]!;
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }).sort()) {
      const found = resolvePackage(lock, path, name);
      if (found !== undefined) open.push(found);
      else if (entry.optionalDependencies?.[name] === undefined)
        throw new Error(`${path} needs ${name}: not in the lock`);
    }
  }
  return [...seen].sort();
}

/** As Node looks for it: in node_modules of the folder, then of each folder above. */
function resolvePackage(lock: Lock, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.split("/").slice(0, -1).join("/")) {
    const path = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    const entry = lock[path];
    if (entry !== undefined) return entry.link === true ? entry.resolved! : path;
    if (folder === "") return undefined;
  }
}
