import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { compilePrecompiles } from "../../tools/compilePrecompiles.ts";

test("the embedded WebAssembly is what the source compiles to", async () => {
  const embedded = readFileSync(join(import.meta.dirname, "../generated/precompiles.generated.ts"), "utf8");
  assert.equal(embedded, await compilePrecompiles(), "run node kernel/evm/tools/build-precompiles.ts");
});
