import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { getContractAddress } from "viem";
import { permit2Artifact } from "./artifacts.ts";
import { compileContracts, serialize } from "./compile.ts";

test("artifacts/contracts.generated.json is what the compiler makes of contracts/", () => {
  const file = join(import.meta.dirname, "artifacts/contracts.generated.json");
  assert.ok(
    readFileSync(file, "utf8") === serialize(compileContracts()),
    "the contracts changed: run `npx node tools/ethereum/compile.ts`",
  );
});

test("artifacts/permit2.json is the code that everybody else runs", () => {
  const { bytecode, salt, address } = permit2Artifact();
  const from = "0x4e59b44847b379578588920cA78FbF26c0B4956C";
  assert.equal(getContractAddress({ opcode: "CREATE2", from, salt, bytecode }), address);
});
