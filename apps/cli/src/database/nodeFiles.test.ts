import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { NodeConfig } from "../library/nodeConfig.ts";
import { resolveGenesis } from "../library/resolveGenesis.ts";
import { ValidatorIdentity } from "../library/validatorIdentity.ts";
import { readNodeFiles } from "./nodeFiles.ts";

test("a node whose genesis is formed from its keys has the same genesis for its tools (X8)", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-files-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const config = join(dir, "config.toml");
  const write = (n: number, f: number) =>
    writeFileSync(
      config,
      `[consensus]\nn = ${n}\nf = ${f}\nnetwork = "local"\n[storage]\npath = "data"\n[identity]\nbls_secret_key_path = "bls.key"\ned25519_secret_key_path = "ed25519.key"\n`,
    );
  write(1, 0);
  const read = NodeConfig.fromPath(config);
  const identity = ValidatorIdentity.load(read.identity, { createMissing: true });
  const resolved = resolveGenesis(read, identity);
  assert.ok(resolved.kind === "genesis");
  const files = readNodeFiles({ config });
  assert.deepEqual(files.genesis, resolved.genesis);
  assert.equal(files.config.storage.path, join(dir, "data"));
  write(6, 1);
  assert.throws(() => readNodeFiles({ config }), { code: "GENESIS_MISSING", message: /1 of 6 validators are known/ });
  assert.throws(() => readNodeFiles({ config, genesis: join(dir, "absent.json") }), { code: "GENESIS_FILE" });
});
