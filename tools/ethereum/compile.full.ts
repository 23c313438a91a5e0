import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { compileContracts, serialize } from "./compile.ts";

test("artifacts/contracts.generated.json is what the compiler makes of contracts/", () => {
  const file = join(import.meta.dirname, "artifacts/contracts.generated.json");
  assert.ok(
    readFileSync(file, "utf8") === serialize(compileContracts()),
    "the contracts changed: run `npx node tools/ethereum/compile.ts`",
  );
});
