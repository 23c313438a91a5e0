import type { Package, Problem, Repo, SourceFile } from "./repo.ts";

/** Which siblings a kernel package may see. Everything else inside a ring is a stranger. */
const KERNEL_EDGES: Readonly<Record<string, readonly string[]>> = {
  codec: [],
  crypto: ["codec"],
  ports: ["codec", "crypto"],
  state: ["codec", "crypto", "ports"],
  mempool: ["codec", "crypto", "ports"],
  minimmit: ["codec", "crypto", "ports"],
  slots: ["codec", "crypto", "ports"],
  finality: ["codec", "crypto", "ports"],
  sync: ["codec", "crypto", "ports"],
  evm: ["codec", "crypto", "state"],
};

const INWARD: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  chains: ["kernel"],
  adapters: ["kernel"],
  clients: ["kernel", "chains"],
  apps: ["kernel", "chains", "adapters", "clients"],
};

/** What other people's programs import: the SDK speaks with the messages of `proto`. */
const CLIENT_EDGES: Readonly<Record<string, readonly string[]>> = { proto: [], sdk: ["proto"] };

/** Where native code and node:* may appear inside the kernel: it only computes. */
const NATIVE = "kernel/crypto/src/native/";

/** True for code that may not touch the world: kernel, chains and the simulator, without tests and tools. */
export function isPure(path: string): boolean {
  if (path.startsWith(NATIVE) || path.includes("/tools/")) return false;
  return path.startsWith("kernel/") || path.startsWith("chains/") || path.startsWith("adapters/simulator/src/");
}

/** True for what other people's pages load: it may use the web's own interfaces, and nothing of Node. */
function isForBrowsers(path: string): boolean {
  return path.startsWith("clients/") && !path.includes("/tools/");
}

/** Imports point inward only, siblings are strangers, manifests agree with imports, pure code sees no node:*. */
export function checkRings(repo: Repo): Problem[] {
  const byName = new Map(repo.packages.map((pkg) => [`@polis/${pkg.name}`, pkg]));
  return repo.packages.flatMap((pkg) => {
    const sources = repo.sources.filter((source) => source.path.startsWith(`${pkg.folder}/`));
    return [
      ...checkName(pkg),
      ...sources.flatMap((source) => checkSource(pkg, source, byName)),
      ...checkManifest(pkg, sources, byName),
    ];
  });
}

function checkName(pkg: Package): Problem[] {
  if (pkg.manifest.name === `@polis/${pkg.name}`) return [];
  return [problem("package-name", `${pkg.folder}/package.json`, 1, `the package must be named @polis/${pkg.name}`)];
}

function checkSource(pkg: Package, source: SourceFile, byName: ReadonlyMap<string, Package>): Problem[] {
  const found: Problem[] = [];
  for (const { specifier, line } of source.imports) {
    if (specifier.startsWith(".")) {
      const inside = staysInside(source.path, specifier, pkg.folder);
      const toTool = source.isTest && resolvePath(source.path, specifier).startsWith("tools/");
      if (!inside && !toTool)
        found.push(problem("ring", source.path, line, `${specifier} leaves the package: import the package by name`));
    } else if (specifier.startsWith("@polis/")) {
      // A package may export parts of itself under names of their own, for pages that must not load the whole.
      const target = byName.get(packageOf(specifier));
      if (target === undefined) found.push(problem("ring", source.path, line, `${specifier} is not a package`));
      else if (target.folder !== pkg.folder && !mayImport(pkg, target))
        found.push(problem("ring", source.path, line, `${pkg.folder} may not import ${target.folder}`));
    } else if (isForBrowsers(source.path) && !source.isTest) {
      if (specifier.startsWith("node:"))
        found.push(problem("purity", source.path, line, `${specifier}: clients run in browsers too`));
    } else if (isPure(source.path) && !source.isTest) {
      if (specifier.startsWith("node:") || !isComputing(pkg, specifier))
        found.push(problem("purity", source.path, line, `${specifier}: the world belongs to adapters and apps`));
    }
  }
  return found;
}

/** True when a dependency edge points inward (architecture: apps → adapters, chains, kernel; and so on). */
function mayImport(from: Package, to: Package): boolean {
  const [fromRing] = from.folder.split("/") as [string];
  const [toRing] = to.folder.split("/") as [string];
  if (fromRing === "kernel" && toRing === "kernel") return (KERNEL_EDGES[from.name] ?? []).includes(to.name);
  if (fromRing === "clients" && toRing === "clients") return (CLIENT_EDGES[from.name] ?? []).includes(to.name);
  return (INWARD[fromRing] ?? []).includes(toRing);
}

/** Third-party packages in the pure rings: only the hashing and curve libraries of the crypto package. */
function isComputing(pkg: Package, specifier: string): boolean {
  return pkg.folder === "kernel/crypto" && pkg.manifest.dependencies?.[packageOf(specifier)] !== undefined;
}

function checkManifest(pkg: Package, sources: readonly SourceFile[], byName: ReadonlyMap<string, Package>): Problem[] {
  const file = `${pkg.folder}/package.json`;
  const declared = Object.keys(pkg.manifest.dependencies ?? {});
  const used = new Set(sources.flatMap((source) => source.imports.map((entry) => packageOf(entry.specifier))));
  const needed = new Set(
    sources
      .filter((source) => !source.isTest)
      .flatMap((source) => source.imports.map((entry) => packageOf(entry.specifier)))
      .filter((name) => !name.startsWith(".") && !name.startsWith("node:") && name !== `@polis/${pkg.name}`),
  );
  // The benchmarks of a program may measure with what is only there for development.
  const measured = Object.keys(pkg.manifest.devDependencies ?? {}).filter(() => pkg.folder.startsWith("apps/"));
  const undeclared = [...needed].filter((name) => ![...declared, ...measured, "fast-check"].includes(name));
  const unused = declared.filter((name) => !used.has(name));
  const outward = declared.filter((name) => byName.has(name) && !mayImport(pkg, byName.get(name)!));
  return [
    ...undeclared.map((name) => problem("manifest", file, 1, `${name} is imported and not declared`)),
    ...unused.map((name) => problem("manifest", file, 1, `${name} is declared and never imported: remove it`)),
    ...outward.map((name) => problem("ring", file, 1, `${pkg.folder} may not depend on ${name}`)),
  ];
}

/** "@scope/name/deep" and "name/deep" without the deep part. */
function packageOf(specifier: string): string {
  if (specifier.startsWith(".") || specifier.startsWith("node:")) return specifier;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function staysInside(path: string, specifier: string, folder: string): boolean {
  return resolvePath(path, specifier).startsWith(`${folder}/`);
}

function resolvePath(path: string, specifier: string): string {
  const parts = path.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function problem(rule: string, file: string, line: number, message: string): Problem {
  return { rule, file, line, message };
}
