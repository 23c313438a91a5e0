import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { NodeConfig } from "./nodeConfig.ts";

test("from a path, an object or an environment; the process's own is read only by fromEnv (X10)", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-config-"));
  const before = process.env.NODE_STORAGE__PATH;
  process.env.NODE_STORAGE__PATH = "/from/environment";
  t.after(() => {
    if (before === undefined) delete process.env.NODE_STORAGE__PATH;
    else process.env.NODE_STORAGE__PATH = before;
    rmSync(dir, { recursive: true });
  });
  const file = join(dir, "config.toml");
  writeFileSync(file, '[storage]\npath = "data"\n');
  assert.equal(NodeConfig.fromPath(file).storage.path, join(dir, "data"));
  assert.equal(NodeConfig.fromObject({ storage: { path: "given" } }).storage.path, "given");
  assert.equal(NodeConfig.fromObject({ storage: { path: "given", mapSize: "1 GiB" } }).storage.mapSize, 2 ** 30);
  assert.equal(NodeConfig.fromEnv().storage.path, "/from/environment");
  assert.equal(NodeConfig.fromEnv({ NODE_STORAGE__PATH: "/other" }).storage.path, "/other");
  assert.throws(() => NodeConfig.fromEnv({}), /storage\.path is required/);
  assert.throws(() => NodeConfig.fromObject({ storag: {} }), /did you mean storage/);
});

test("R15: skip_inactive_views of 0 switches the fast skip off and is allowed", () => {
  const config = NodeConfig.fromObject({ storage: { path: "x" }, consensus: { skip_inactive_views: 0 } });
  assert.equal(config.consensus.skipInactiveViews, 0);
});
