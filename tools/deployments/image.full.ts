import assert from "node:assert/strict";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { prune } from "../release/prune.ts";
import { copyPackages } from "./testing/linkPackages.ts";
import { runImage } from "./testing/runImage.ts";

/** What the image adds to Node and Debian; deployments/README.md publishes it. */
const MIB_MAX = 60;

test("with the packages that are shipped, pruned, the image starts just as well, and stays small", (t) =>
  runImage(t, (app) => {
    copyPackages(app);
    const { bytes } = prune(app, `${process.platform}-${process.arch}`);
    const mib = sizeOf(app) / 2 ** 20;
    t.diagnostic(`${mib.toFixed(1)} MiB after ${(bytes / 2 ** 20).toFixed(1)} MiB were removed`);
    assert.ok(mib < MIB_MAX, `${mib} MiB`);
  }));

function sizeOf(path: string): number {
  const entry = lstatSync(path);
  if (!entry.isDirectory()) return entry.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
