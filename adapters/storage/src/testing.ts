import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Row } from "@polis/ports";
import type { StorageOptions } from "./types.ts";

/** Helpers of this package's tests. */
export const GENESIS = "ab".repeat(32);

/** A new directory that the test removes at its end. */
export function temporaryDirectory(t: { after(f: () => unknown): void }): string {
  const path = mkdtempSync(join(tmpdir(), "polis-storage-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Options for a small store with the tables `a`, `b` and `journal`. */
export function testOptions(path: string, more: Partial<StorageOptions> = {}): StorageOptions {
  return { path, tables: ["a", "b", "journal"], schema: 3, identity: GENESIS, mapSizeBytes: 1 << 28, ...more };
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function row(table: string, key: string, value?: string): Row {
  return { table, key: bytes(key), value: value === undefined ? undefined : bytes(value) };
}

/** Reads a text value. */
export function text(value: Uint8Array | undefined): string | undefined {
  return value === undefined ? undefined : new TextDecoder().decode(value);
}
