// Writes the package that is published: compiled modules with their types, the workspace's packages inside.
//
//   npx node clients/sdk/tools/build.ts [folder]     dist/sdk by default
//
// The modules are plain ES2022 for browsers and Node 20 and later, and use the portable cryptography alone.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { manifestOf } from "./manifest.ts";
import { type Emitted, prune } from "./prune.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const sdk = "clients/sdk/src";
/** What nothing imports: the portable provider, and the types of native libraries, none of which is in the artifact. */
const alone = ["portable/primitives.ts", "portable/curves.ts", "native/untyped.d.ts"].map(
  (file) => `kernel/crypto/src/${file}`,
);
/** Entry points by the name in `exports`. */
const entries = { ".": `${sdk}/index`, "./viem": `${sdk}/viem/kairosChain` };

/**
 * Builds the artifact.
 * @param folder is emptied first
 * @returns the number of modules
 */
export function buildPackage(folder: string): number {
  const emitted = mkdtempSync(join(tmpdir(), "polis-sdk-"));
  try {
    compile(emitted);
    rmSync(folder, { recursive: true, force: true });
    const modules = prune(root, emitted, Object.values(entries));
    for (const { path, text } of modules) write(join(folder, "lib", path), text);
    const compat = readFileSync(join(import.meta.dirname, "compat.js"), "utf8");
    write(join(folder, "lib/compat.js"), compat);
    for (const entry of Object.values(entries)) importFirst(folder, entry);
    write(join(folder, "package.json"), manifestOf(root, entries, packagesOf(modules)));
    copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
    copyFileSync(join(root, "clients/sdk/README.md"), join(folder, "README.md"));
    return modules.length;
  } finally {
    rmSync(emitted, { recursive: true });
  }
}

/** The compiler writes every module that the entry points reach, and its types. */
function compile(outDir: string): void {
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      ...{ outDir, rootDir: root, noEmit: false, declaration: true, rewriteRelativeImportExtensions: true },
      ...{ target: "es2022", lib: ["esnext", "dom"], stripInternal: false, incremental: false, sourceMap: false },
      // By path, because the compiler writes nothing of what it finds as a package.
      paths: { "@polis/*": ["kernel", "chains", "clients"].map((ring) => join(root, ring, "*/src/index.ts")) },
      ...{ types: ["node"], typeRoots: [join(root, "node_modules/@types")] },
    },
    files: [...Object.values(entries).map((entry) => `${entry}.ts`), ...alone].map((file) => join(root, file)),
    include: [],
  };
  const file = join(outDir, "tsconfig.json");
  writeFileSync(file, JSON.stringify(config));
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", file], { stdio: "inherit" });
}

/** What older engines lack must be there before any other module runs. */
function importFirst(folder: string, entry: string): void {
  const file = join(folder, "lib", `${entry}.js`);
  const up = "../".repeat(entry.split("/").length - 1);
  writeFileSync(file, `import "${up}compat.js";\n${readFileSync(file, "utf8")}`);
}

/** Names of the npm packages that the modules load. */
function packagesOf(modules: readonly Emitted[]): ReadonlySet<string> {
  const names = modules.flatMap(({ packages }) => [...packages]);
  return new Set(
    names.map((name) =>
      name
        .split("/")
        .slice(0, name.startsWith("@") ? 2 : 1)
        .join("/"),
    ),
  );
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

if (import.meta.main) {
  const folder = resolve(process.argv[2] ?? join(root, "dist/sdk"));
  const count = buildPackage(folder);
  console.log(`${count} modules and types in ${folder}`);
}
