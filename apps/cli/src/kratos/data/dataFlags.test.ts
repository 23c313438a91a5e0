import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isRecordFile } from "./dataFlags.ts";

test("a chain's name stays one in a folder that holds things of that name; a file that is named is a record", (t) => {
  const [before, dir] = [process.cwd(), mkdtempSync(join(tmpdir(), "kratos-flags-"))];
  process.chdir(dir);
  t.after(() => {
    process.chdir(before);
    rmSync(dir, { recursive: true });
  });
  writeFileSync("kratos", "the program itself");
  mkdirSync("testnet");
  writeFileSync("record", "{}");
  const asked = ["kratos", "testnet", "nowhere", "record", "chain.json", "./chain"];
  assert.deepEqual(asked.map(isRecordFile), [false, false, false, true, true, true]);
});
