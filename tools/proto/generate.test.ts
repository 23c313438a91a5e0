import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bufProgram, generatedFolder, generateProtos, lintProtos } from "./generate.ts";
import { page, referencePage } from "./reference.ts";

const buf = bufProgram();
const skip = buf === undefined ? "npm has installed no buf for this platform" : false;

test("the proto files pass buf lint", { skip }, () => {
  assert.equal(lintProtos(buf!), "");
});

test("the generated code is what buf makes of the proto files", { skip }, () => {
  const made = generateProtos(buf!);
  assert.ok(made.size >= 9);
  const kept = globSync("**/*.ts", { cwd: generatedFolder }).map((path) => path.replaceAll("\\", "/"));
  assert.deepEqual([...kept].sort(), [...made.keys()].sort(), "write it again with: node tools/proto/generate.ts");
  for (const [path, text] of made) {
    assert.equal(readFileSync(join(generatedFolder, path), "utf8"), text, `${path}: node tools/proto/generate.ts`);
  }
});

test("docs/grpc.md names every method with its fields", () => {
  const made = referencePage();
  assert.equal(readFileSync(page, "utf8"), made, "write it again with: node tools/proto/reference.ts");
  assert.equal(
    made.match(/^\| (Get|Stream|Submit|Subscribe|RefreshPeers|SetLogLevel|BanPeer|Backup|Shutdown)/gm)?.length,
    38,
  );
});
