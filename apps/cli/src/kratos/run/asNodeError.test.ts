import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { prepareDirectory, StorageError } from "@polis/storage";
import { purgeChain } from "../data/purgeCommand.ts";
import { asNodeError } from "./asNodeError.ts";

test("the hint about a folder that another node uses names an option that a KratOs node has", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kratos-locked-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const release = prepareDirectory(join(dir, "db"));
  t.after(release);
  assert.throws(() => purgeChain(join(dir, "db")), { code: "STORAGE_LOCKED", hint: /--base-path/ });
});

test("no hint of the store names a setting that a KratOs node does not have", () => {
  for (const code of ["STORAGE_FULL", "STORAGE_IO", "STORAGE_LOCKED", "STORAGE_CORRUPT"] as const) {
    assert.throws(
      () => asNodeError(new StorageError(code, "told by the disk")),
      (error: Error & { hint?: string }) => error.hint !== undefined && !/storage\./.test(error.hint),
      code,
    );
  }
});
