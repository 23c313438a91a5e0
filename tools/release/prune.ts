import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** What was removed. */
export interface Pruned {
  readonly files: number;
  readonly bytes: number;
}

/** Packages that only a compiler asks for: peers of libraries that are plain JavaScript here. */
const COMPILERS = ["typescript", "@typescript"];
/** Other builds of the same library: Node imports the modules, and reads no types. */
const UNUSED_FOLDERS = ["_cjs", "_types", "__tests__"];
/** Read by compilers, debuggers and people. Node does not strip types below node_modules, so TypeScript is never run. */
const UNREAD = /\.(d\.[mc]?ts|[mc]?ts|tsx|map|md|markdown|flow|tsbuildinfo|c|cc|cpp|h|hpp|o|gyp|gypi)$/i;
/** What a licence asks to be kept. */
const KEPT = /^(licen[cs]e|copying|notice|patents)/i;
/** Native code built for one version of Node's own interface: "node.abi127.glibc.node". */
const ABI = /\.abi(\d+)\./;
/** Tests of ours and what only they use. */
const OUR_TESTS = /\.(test|full)\.ts$/;

/**
 * Removes from an installed tree what a running node never reads: types, maps, C sources, prebuilt code of other
 * platforms (Linux with glibc is ours), compilers and our own tests. Licences stay.
 * @param root folder with node_modules and the workspaces
 * @param platform as `process.platform` and `process.arch` say it: "linux-x64"
 * @example prune("/app", "linux-x64").bytes
 */
export function prune(root: string, platform: string): Pruned {
  const total = { files: 0, bytes: 0 };
  for (const modules of moduleFolders(root)) {
    for (const name of COMPILERS) remove(join(modules, name), total);
    pruneModules(modules, platform, total);
  }
  for (const ring of ["kernel", "chains", "adapters", "clients", "apps"]) pruneOwn(join(root, ring), total);
  return total;
}

/** node_modules of the root and of the workspaces. */
function moduleFolders(root: string): string[] {
  const rings = ["kernel", "chains", "adapters", "clients", "apps"].map((ring) => join(root, ring));
  const workspaces = rings.flatMap((ring) => list(ring).map((name) => join(ring, name)));
  return [root, ...workspaces].map((folder) => join(folder, "node_modules")).filter((path) => list(path).length > 0);
}

function pruneModules(folder: string, platform: string, total: Total): void {
  for (const name of list(folder)) {
    const path = join(folder, name);
    const entry = lstatSync(path);
    if (entry.isDirectory()) {
      const foreign = /[/\\]prebuilds$/.test(folder) && !name.startsWith(platform);
      if (UNUSED_FOLDERS.includes(name) || foreign) remove(path, total);
      else pruneModules(path, platform, total);
    } else if (entry.isFile() && !KEPT.test(name) && (UNREAD.test(name) || isForeignNative(name))) remove(path, total);
  }
}

/** Built for another version of Node, or for another C library than the image's glibc. */
function isForeignNative(name: string): boolean {
  if (!name.endsWith(".node")) return false;
  const abi = ABI.exec(name)?.[1];
  return (abi !== undefined && abi !== process.versions.modules) || name.includes(".musl.");
}

function pruneOwn(folder: string, total: Total): void {
  for (const name of list(folder)) {
    const path = join(folder, name);
    if (name === "node_modules") continue;
    if (lstatSync(path).isDirectory()) pruneOwn(path, total);
    else if (OUR_TESTS.test(name)) remove(path, total);
  }
}

interface Total {
  files: number;
  bytes: number;
}

function remove(path: string, total: Total): void {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return;
  count(path, total);
  rmSync(path, { recursive: true });
}

function count(path: string, total: Total): void {
  const entry = lstatSync(path);
  if (entry.isDirectory()) for (const name of readdirSync(path)) count(join(path, name), total);
  else {
    total.files += 1;
    total.bytes += entry.size;
  }
}

function list(folder: string): string[] {
  const entry = lstatSync(folder, { throwIfNoEntry: false });
  return entry?.isDirectory() === true ? readdirSync(folder).sort() : [];
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { files, bytes } = prune(process.argv[2] ?? ".", `${process.platform}-${process.arch}`);
  process.stdout.write(`removed ${files} files, ${(bytes / 2 ** 20).toFixed(1)} MiB\n`);
}
