import assert from "node:assert/strict";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { ed25519 } from "@polis/crypto";
import { SeedError } from "./errors.ts";
import { generateKey, loadKey } from "./keyFile.ts";
import { temporaryPath } from "./testing/seedWorld.ts";

const has = (code: string) => (error: unknown) =>
  error instanceof SeedError && error.code === code && error.exitCode === 2;

test("a key that was made is read again, and never overwritten", () => {
  const { path, remove } = temporaryPath("key");
  const publicKey = generateKey(path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(ed25519.publicKey(loadKey(path)).toHex(), publicKey);
  const before = readFileSync(path);
  assert.throws(() => generateKey(path), has("KEY_FILE"));
  assert.deepEqual(readFileSync(path), before);
  remove();
});

test("raw hex is a key too", () => {
  const { path, remove } = temporaryPath("key");
  for (const text of ["ab".repeat(32), `0x${"AB".repeat(32)}\n`]) {
    writeFileSync(path, text, { mode: 0o600 });
    assert.equal(loadKey(path).toHex(), "ab".repeat(32));
  }
  remove();
});

test("a key file that others can read is refused", () => {
  const { path, remove } = temporaryPath("key");
  generateKey(path);
  for (const mode of [0o640, 0o604, 0o660]) {
    chmodSync(path, mode);
    assert.throws(() => loadKey(path), has("KEY_FILE_OPEN"));
  }
  remove();
});

test("what is no key file is refused", () => {
  const { path, remove } = temporaryPath("key");
  assert.throws(() => loadKey(path), has("KEY_FILE"));
  generateKey(path);
  const good = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  const wrong = [
    "",
    "{",
    "null",
    "ab",
    { ...good, scheme: "sr25519" },
    { ...good, secretKey: 1 },
    { ...good, secretKey: "ab".repeat(32) },
  ];
  for (const content of wrong) {
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    assert.throws(() => loadKey(path), has("KEY_FILE"), JSON.stringify(content));
  }
  remove();
});
