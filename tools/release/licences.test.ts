import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { productionPackages, readLock } from "./productionPackages.ts";

const lock = readLock(fileURLToPath(new URL("../../", import.meta.url)));
const nameOf = (path: string): string => path.slice(path.lastIndexOf("node_modules/") + 13);

/** May be shipped in a package under Apache-2.0 by keeping a notice. */
const SHIPPED = [
  "MIT",
  "ISC",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "MIT OR Apache-2.0",
  "Apache-2.0 OR MIT",
  "(Apache-2.0 AND BSD-3-Clause)",
];
/** May be used to build and test, and is not shipped. */
const USED = [...SHIPPED, "MPL-2.0", "BlueOak-1.0.0", "LGPL-3.0", "GPL-2.0-or-later", "GPL-3.0-or-later", "BUSL-1.1"];
/** Where the lock file's text is not an SPDX expression, or there is none: read in the package itself. */
const READ: Readonly<Record<string, string>> = { "node_modules/memorystream": "MIT" };
const SPELLED: Readonly<Record<string, string>> = { "Apache 2.0": "Apache-2.0" };

const licenceOf = (path: string): string => {
  const written = lock[path]!.license ?? READ[path] ?? "none";
  return SPELLED[written] ?? written;
};

test("everything that is shipped has a licence that allows it", () => {
  const shipped = productionPackages(lock, "apps/cli").filter((path) => path.includes("node_modules/"));
  const bad = shipped.filter((path) => !SHIPPED.includes(licenceOf(path)));
  assert.deepEqual(
    bad.map((path) => `${nameOf(path)}: ${licenceOf(path)}`),
    [],
  );
});

test("everything that builds and tests has a licence on the list", () => {
  const all = Object.keys(lock).filter((path) => path.includes("node_modules/") && lock[path]!.link !== true);
  const bad = all.filter((path) => !USED.includes(licenceOf(path)));
  assert.deepEqual(
    bad.map((path) => `${nameOf(path)}: ${licenceOf(path)}`),
    [],
  );
});

/** Where npm looks when the lock file does not say. */
const REGISTRY = "https://registry.npmjs.org/";

test("everything has a hash and comes from npm's registry", () => {
  const all = Object.entries(lock).filter(([path, entry]) => path.includes("node_modules/") && entry.link !== true);
  const bad = all.filter(
    ([, { resolved, integrity }]) => !integrity?.startsWith("sha512-") || !(resolved ?? REGISTRY).startsWith(REGISTRY),
  );
  assert.deepEqual(
    bad.map(([path]) => path),
    [],
  );
});
