import { type Lock, productionPackages } from "./productionPackages.ts";

/**
 * The list of everything in a release package that others made, as CycloneDX 1.5. It says what the lock file says: one
 * component per package that is installed, with its licence and the hash that npm checks.
 * @returns JSON text; the same lock file gives the same text
 */
export function sbom(lock: Lock, workspace: string, name: string, version: string): string {
  const components = productionPackages(lock, workspace)
    .filter((path) => path.includes("node_modules/"))
    .map((path) => component(lock, path));
  const distinct = [...new Map(components.map((one) => [one.purl, one])).values()];
  const bom = {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { component: { type: "application", "bom-ref": `${name}@${version}`, name, version } },
    components: distinct.sort((a, b) => (a.purl < b.purl ? -1 : 1)),
  };
  return `${JSON.stringify(bom, undefined, 2)}\n`;
}

function component(lock: Lock, path: string) {
  const { version = "", license, integrity } = lock[path]!;
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const content = /^sha512-(.+)$/.exec(integrity ?? "")?.[1];
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    purl,
    ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
    ...(content === undefined
      ? {}
      : { hashes: [{ alg: "SHA-512", content: Buffer.from(content, "base64").toString("hex") }] }),
  };
}
