import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mask } from "./mask.ts";

/** One text file of the repository. */
export interface RepoFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** A TypeScript file with what the rules ask of it. */
export interface SourceFile extends RepoFile {
  readonly code: string;
  readonly regexLines: readonly number[];
  readonly imports: readonly { readonly specifier: string; readonly line: number }[];
  /** Tests, benchmarks, and what only they use (any folder `testing` below `src`). */
  readonly isTest: boolean;
}

/** A workspace package. */
export interface Package {
  /** "kernel/codec" */
  readonly folder: string;
  readonly name: string;
  readonly manifest: Manifest;
}

/** The fields of a package.json that the rules read. */
export interface Manifest {
  readonly name?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly overrides?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

/** Everything the house rules look at. */
export interface Repo {
  readonly files: readonly RepoFile[];
  /** All paths, those of pictures and other binary files too. */
  readonly paths: ReadonlySet<string>;
  readonly sources: readonly SourceFile[];
  readonly packages: readonly Package[];
  readonly root: Manifest;
  /** Absent in invented repositories without one. */
  readonly lock: Lock | undefined;
}

/** The fields of package-lock.json that the rules read: packages by folder, "" for the root. */
export interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      Manifest & {
        readonly optionalDependencies?: Readonly<Record<string, string>>;
        readonly optional?: boolean;
        readonly os?: readonly string[];
        readonly engines?: Readonly<Record<string, string>>;
      }
    >
  >;
}

/** One break of a house rule. */
export interface Problem {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  /** What is wrong and what to do instead. */
  readonly message: string;
}

const LOCK = "package-lock.json";
const SKIPPED_FOLDERS = new Set(["node_modules", ".git", ".polis", "coverage", "dist", "tmp"]);
const TEXT_FILE =
  /\.(ts|mts|js|mjs|md|json|toml|yaml|yml|qnt|sh|html|css|svg|proto|tf|tpl|nix|service|sol)$|\/run$|Dockerfile$|^LICENSE$/;
const RINGS = ["kernel", "chains", "adapters", "clients", "apps"];

/** Reads the repository once. Throws when a package.json is not JSON. */
export function readRepo(root: string): Repo {
  const paths = readdirSync(root, { recursive: false, withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() ? (SKIPPED_FOLDERS.has(entry.name) ? [] : walk(root, entry.name)) : [entry.name],
    )
    .sort();
  const texts = paths.filter((path) => TEXT_FILE.test(path));
  return repoOf(
    texts.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") })),
    paths,
  );
}

/** Builds a repository from texts; the tests of the rules use it with invented files. */
export function repoOf(all: readonly RepoFile[], paths: readonly string[] = all.map((file) => file.path)): Repo {
  const files = all.filter((file) => file.path !== LOCK);
  const lockText = all.find((file) => file.path === LOCK)?.text;
  const packages = files.flatMap(({ path, text }) => {
    const [ring, name, file, ...more] = path.split("/");
    if (!RINGS.includes(ring!) || file !== "package.json" || more.length > 0) return [];
    return [{ folder: `${ring}/${name}`, name: name!, manifest: JSON.parse(text) as Manifest }];
  });
  const rootText = files.find((file) => file.path === "package.json")?.text ?? "{}";
  const sources = files.filter((file) => file.path.endsWith(".ts") && !file.path.endsWith(".d.ts")).map(sourceOf);
  return {
    files,
    paths: new Set(paths),
    sources,
    packages,
    root: JSON.parse(rootText) as Manifest,
    lock: lockText === undefined ? undefined : (JSON.parse(lockText) as Lock),
  };
}

function walk(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : walk(root, path);
    return entry.isFile() ? [path] : [];
  });
}

function sourceOf(file: RepoFile): SourceFile {
  const { code, regexes } = mask(file.text);
  const imports = [...code.matchAll(/(?<![.\w])(?:from\s*|import\s*\(?\s*)(["'])( *)\1/g)].map((match) => {
    const end = match.index + match[0].length - 1;
    return { specifier: file.text.slice(end - match[2]!.length, end), line: lineAt(code, match.index) };
  });
  const isTest = /\.(test|full|bench)\.ts$|\/src\/(?:.+\/)?testing\//.test(file.path);
  return { ...file, code, imports, isTest, regexLines: regexes.map((at) => lineAt(code, at)) };
}

/** The 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}
