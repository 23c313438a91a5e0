import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { standardOutput } from "./standardOutput.ts";

test("lines are written at once, and a descriptor that takes none is no error", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-out-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, "out");
  const fd = openSync(path, "w");
  standardOutput("first\n", fd);
  assert.equal(readFileSync(path, "utf8"), "first\n");
  closeSync(fd);
  const readOnly = openSync(path, "r");
  assert.doesNotThrow(() => standardOutput("second\n", readOnly));
  closeSync(readOnly);
});
