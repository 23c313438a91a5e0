import assert from "node:assert/strict";
import { test } from "node:test";
import { bls } from "../native/primitives.ts";
import { type KeyFileContent, openKeystore, readRawKey, sealKeystore } from "./keystore.ts";

const secret = bls.keygen(new Uint8Array(32).fill(1));
const content: KeyFileContent = { kind: "bls", secret, publicKey: bls.publicKey(secret)! };
const entropy = Uint8Array.from({ length: 44 }, (_, i) => i);
const text = sealKeystore(content, "a good password", entropy);

test("a key file opens with its password and holds no secret in the clear", () => {
  assert.deepEqual(openKeystore(text, "a good password"), { ok: true, value: content });
  assert.equal(text.includes(secret.toHex()), false);
  const file = JSON.parse(text);
  assert.deepEqual(file.kdf, { name: "scrypt", n: 131072, r: 8, p: 1, salt: entropy.subarray(0, 32).toHex() });
  assert.deepEqual(Object.keys(file), ["version", "kind", "kdf", "cipher", "ciphertext", "public_key"]);
});

test("the password, the kind and the public key are authenticated", () => {
  const file = JSON.parse(text);
  const other = bls.publicKey(bls.keygen(new Uint8Array(32).fill(2)))!.toHex();
  for (const [changed, password] of [
    [text, "another password"],
    [JSON.stringify({ ...file, kind: "share_m" }), "a good password"],
    [JSON.stringify({ ...file, public_key: other }), "a good password"],
  ] as const) {
    const opened = openKeystore(changed, password);
    assert.equal(opened.ok ? "accepted" : opened.fault.code, "KEYSTORE_PASSWORD");
  }
});

test("any other form is refused before the password is tried", () => {
  const file = JSON.parse(text);
  const changes: unknown[] = [
    undefined,
    7,
    [],
    { ...file, version: 2 },
    { ...file, kind: "other" },
    { ...file, kind: "ed25519" },
    { ...file, kind: "toString" },
    { ...file, kdf: { ...file.kdf, n: 2 } },
    { ...file, kdf: { ...file.kdf, r: 1024 } },
    { ...file, kdf: { ...file.kdf, name: "pbkdf2" } },
    { ...file, kdf: { ...file.kdf, salt: "" } },
    { ...file, cipher: { ...file.cipher, name: "aes-128-gcm" } },
    { ...file, cipher: { ...file.cipher, tag: file.cipher.tag.slice(2) } },
    { ...file, cipher: { ...file.cipher, iv: 12 } },
    { ...file, ciphertext: `${file.ciphertext}00` },
    { ...file, public_key: "zz" },
    { ...file, more: "x".repeat(5000) },
  ];
  for (const changed of changes) {
    const opened = openKeystore(JSON.stringify(changed) ?? "not json", "a good password");
    assert.equal(opened.ok ? "accepted" : opened.fault.code, "KEYSTORE_FORMAT", JSON.stringify(changed));
  }
});

test("the raw form is one line of 32 bytes", () => {
  for (const line of [secret.toHex(), `0x${secret.toHex()}\n`, `${secret.toHex()}\r\n`]) {
    assert.deepEqual(readRawKey(line), { ok: true, value: secret });
  }
  for (const line of [
    "",
    "00",
    secret.toHex().slice(2),
    `${secret.toHex()}00`,
    `${secret.toHex()}\n\n`,
    "g".repeat(64),
  ]) {
    assert.equal(readRawKey(line).ok, false, line);
  }
});
