import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Packages of the workspace whose versions of dependencies hold for the artifact. */
const owners = ["clients/sdk", "clients/proto", "kernel/crypto"];
/** Only the entry point for viem needs it. */
const optional = "viem";

/**
 * The package.json of the artifact.
 * @param entries module paths without extension, by name in `exports`
 * @param packages npm packages that its modules load
 */
export function manifestOf(
  root: string,
  entries: Readonly<Record<string, string>>,
  packages: ReadonlySet<string>,
): string {
  const manifests = owners.map(
    (folder) => JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest,
  );
  const versions = Object.assign({}, ...manifests.map(({ dependencies }) => dependencies)) as Record<string, string>;
  const versionOf = (name: string) => {
    const version = versions[name];
    if (version === undefined) throw new Error(`${name} is loaded and no package of the workspace declares it`);
    return version;
  };
  const names = [...packages].filter((name) => name !== optional).sort();
  const { version, description, license } = manifests[0]!;
  const manifest = {
    ...{ name: "@polis/sdk", version, description, license, type: "module" },
    engines: { node: ">=20.3" },
    sideEffects: ["./lib/compat.js"],
    exports: Object.fromEntries(
      Object.entries(entries).map(([name, path]) => [
        name,
        { types: `./lib/${path}.d.ts`, default: `./lib/${path}.js` },
      ]),
    ),
    files: ["lib"],
    dependencies: Object.fromEntries(names.map((name) => [name, versionOf(name)])),
    peerDependencies: { [optional]: `^${versionOf(optional)}` },
    peerDependenciesMeta: { [optional]: { optional: true } },
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
