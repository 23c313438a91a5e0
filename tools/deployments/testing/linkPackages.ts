import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { productionPackages, readLock } from "../../release/productionPackages.ts";
import { root } from "./root.ts";

/**
 * Gives the files of an image their packages without installing them again: links to those of this checkout, and only
 * to those that `npm ci --omit=dev --omit=peer` would install. Workspaces link to the image's own files.
 * @param app the folder `app` of the image
 */
export function linkPackages(app: string): void {
  addPackages(app, (from, to) => symlinkSync(from, to));
}

/** The same with copies, so that they can be pruned as the image's are. */
export function copyPackages(app: string): void {
  addPackages(app, (from, to) => cpSync(from, to, { recursive: true, verbatimSymlinks: true }));
}

function addPackages(app: string, add: (from: string, to: string) => void): void {
  for (const path of productionPackages(readLock(root), "apps/cli")) {
    const at = join(app, path);
    if (!path.includes("node_modules/") || existsSync(at) || !existsSync(join(root, path))) continue;
    // A package below another one comes with it.
    if (path.lastIndexOf("node_modules/") !== path.indexOf("node_modules/")) continue;
    mkdirSync(dirname(at), { recursive: true });
    add(join(root, path), at);
  }
  for (const ring of ["kernel", "chains", "adapters", "clients", "apps"]) {
    for (const name of readdirSync(join(app, ring))) {
      mkdirSync(join(app, "node_modules/@polis"), { recursive: true });
      symlinkSync(join(app, ring, name), join(app, "node_modules/@polis", name));
    }
  }
}
