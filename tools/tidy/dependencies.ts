import type { Manifest, Problem, Repo } from "./repo.ts";

/** The record that names every third-party package, its exact version and the reason. */
export const LIBRARIES = "docs/decisions/libraries.md";

/** Exact versions, one version per package, a line in the record for each, and no install script but that of `node`. */
export function checkDependencies(repo: Repo): Problem[] {
  const record = (repo.files.find((file) => file.path === LIBRARIES)?.text ?? "").split("\n");
  const manifests: [string, Manifest][] = [
    ["package.json", repo.root],
    ...repo.packages.map((pkg): [string, Manifest] => [`${pkg.folder}/package.json`, pkg.manifest]),
  ];
  const found: Problem[] = [];
  const versions = new Map<string, string>();
  for (const [file, manifest] of manifests) {
    const all = { ...manifest.dependencies, ...manifest.devDependencies, ...plain(manifest.overrides) };
    for (const [name, version] of Object.entries(all)) {
      const say = (message: string) => found.push({ rule: "dependency", file, line: 1, message });
      if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) say(`${name} ${version}: pin the exact version`);
      if (versions.get(name) !== undefined && versions.get(name) !== version)
        say(`${name}: two versions in the repository`);
      versions.set(name, version);
      if (name.startsWith("@polis/")) continue;
      const line = record.find((text) => text.startsWith(`| \`${name}\` `));
      if (line === undefined) say(`${name} has no line in ${LIBRARIES}`);
      else if (!line.includes(version)) say(`${name}: ${LIBRARIES} names another version than ${version}`);
    }
  }
  return [...found, ...checkScripts(repo), ...checkLock(repo)];
}

/** Overrides that name a version; one that points a package's peer at ours (`$name`) brings nothing new. */
function plain(overrides: Manifest["overrides"] = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(overrides).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function checkScripts(repo: Repo): Problem[] {
  return Object.entries(repo.root.allowScripts ?? {})
    .filter(([name, allowed]) => allowed && name !== "node")
    .map(([name]) => ({
      rule: "install-script",
      file: "package.json",
      line: 1,
      message: `${name}: only node may run one`,
    }));
}

/** `npm ci` refuses a lock file that lacks a workspace's dependency or a platform's optional package. */
function checkLock(repo: Repo): Problem[] {
  const locked = repo.lock?.packages;
  if (locked === undefined) return [];
  const say = (message: string): Problem => ({ rule: "lock", file: "package-lock.json", line: 1, message });
  const has = (name: string): boolean => Object.keys(locked).some((path) => path.endsWith(`node_modules/${name}`));
  const stale = repo.packages
    .filter((pkg) => !sameEntries(pkg.manifest.dependencies, locked[pkg.folder]?.dependencies))
    .map((pkg) => say(`${pkg.folder} declares other dependencies than the lock file: run npm install`));
  const missing = Object.values(locked).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  const absent = [...new Set(missing)].filter((name) => !has(name));
  const choosy = Object.entries(locked).filter(([, entry]) => entry.optional && entry.os && entry.engines);
  return [
    ...stale,
    ...absent.map((name) => say(`${name} is missing, so npm ci fails: add its platform's entry`)),
    ...choosy.map(([path]) => say(`${path} is left out on an older system Node: run node tools/lock.ts`)),
  ];
}

function sameEntries(a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
