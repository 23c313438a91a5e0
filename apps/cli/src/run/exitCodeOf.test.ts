import assert from "node:assert/strict";
import { test } from "node:test";
import { StorageError } from "@polis/storage";
import { ConfigError, UserError } from "../errors.ts";
import { DiskFullError } from "../node/housekeeping.ts";
import { exitCodeOf } from "./exitCodeOf.ts";

test("the exit code says what to do: 75 storage, 2 configuration, 1 the rest (kairos 18.3)", () => {
  const codes: readonly (readonly [unknown, number])[] = [
    [new StorageError("STORAGE_FULL", "x"), 75],
    [new StorageError("STORAGE_IO", "x"), 75],
    [new StorageError("STORAGE_CORRUPT", "x"), 75],
    [new DiskFullError("x"), 75],
    [new StorageError("STORAGE_LOCKED", "x"), 1],
    [new ConfigError(["x"], "y"), 2],
    [new UserError("A", "b", "c"), 1],
    [new Error("x"), 1],
    ["text", 1],
  ];
  for (const [error, code] of codes) assert.equal(exitCodeOf(error), code, String(error));
});
