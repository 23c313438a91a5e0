import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { prune } from "./prune.ts";

const abi = process.versions.modules;

const kept = [
  "node_modules/a/index.js",
  "node_modules/a/LICENSE.md",
  "node_modules/a/NOTICE",
  "node_modules/a/data.json",
  "node_modules/a/build/code.wasm",
  "node_modules/a/prebuilds/linux-x64/a.node",
  "node_modules/a/node_modules/b/index.mjs",
  `node_modules/lmdb/node.abi${abi}.glibc.node`,
  "node_modules/lmdb/node.napi.glibc.node",
  "apps/cli/node_modules/c/index.cjs",
  "apps/cli/src/kairos.ts",
  "kernel/codec/src/testing/helper.ts",
];
const removed = [
  "node_modules/a/index.d.ts",
  "node_modules/a/index.d.mts",
  "node_modules/a/index.js.map",
  "node_modules/a/README.md",
  "node_modules/a/src/index.ts",
  "node_modules/a/native/a.cc",
  "node_modules/a/_cjs/index.js",
  "node_modules/a/prebuilds/darwin-arm64/a.node",
  "node_modules/a/node_modules/b/index.d.cts",
  "node_modules/lmdb/node.abi1.glibc.node",
  "node_modules/lmdb/node.napi.musl.node",
  "node_modules/typescript/lib/tsc.js",
  "node_modules/@typescript/typescript-linux-x64/tsc",
  "apps/cli/node_modules/c/types.d.ts",
  "apps/cli/src/kairos.test.ts",
  "kernel/codec/src/long.full.ts",
];

test("what a node reads stays, licences too; types, maps, sources, other platforms, compilers and tests go", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-prune-"));
  t.after(() => rmSync(dir, { recursive: true }));
  for (const path of [...kept, ...removed]) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), "four");
  }
  // A workspace is a link: what it points to is pruned as our own, and not as a package.
  mkdirSync(join(dir, "node_modules/@polis"));
  symlinkSync("../../kernel/codec", join(dir, "node_modules/@polis/codec"));
  assert.deepEqual(prune(dir, "linux-x64"), { files: removed.length, bytes: removed.length * 4 });
  assert.deepEqual(
    kept.filter((path) => !existsSync(join(dir, path))),
    [],
  );
  assert.deepEqual(
    removed.filter((path) => existsSync(join(dir, path))),
    [],
  );
  assert.deepEqual(prune(dir, "linux-x64"), { files: 0, bytes: 0 }, "a second time there is nothing to do");
});
