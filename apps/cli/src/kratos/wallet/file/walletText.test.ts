import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { digest, digestOf } from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import { UserError } from "../../../errors.ts";
import { usualCost } from "./kdf.ts";
import { openWallet, parseWallet, sealWallet, walletText } from "./walletText.ts";

const secret = new Uint8Array(32).fill(7);
const settings = {
  account: digestOf(ed25519.publicKey(secret)),
  rpcUrl: "http://127.0.0.1:9933",
  genesisHash: digest("ab".repeat(32)),
  cost: usualCost,
};
const password = "a long password";

/** The code of the error of an action. */
function code(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof UserError && error.hint.length > 0, String(error));
    return error.code;
  }
  return "opened";
}

/** The text as somebody writes it who knows how the checksum is made. */
function forge(text: string, change: (fields: Record<string, unknown>) => void): string {
  const { checksum: _, ...fields } = JSON.parse(text);
  change(fields);
  const checksum = createHash("sha256").update(JSON.stringify(fields)).digest("hex");
  return `${JSON.stringify({ ...fields, checksum }, undefined, 2)}\n`;
}

test("a wallet opens with its password, and the secret comes back (I50)", () => {
  const text = walletText(sealWallet(settings, secret, password));
  const wallet = parseWallet(text);
  assert.deepEqual(openWallet(wallet, password), secret);
  assert.ok(!text.includes(secret.toHex()));
  for (const wrong of ["", "a long passwore", "A long password", "a long password "]) {
    assert.equal(
      code(() => openWallet(wallet, wrong)),
      "WALLET_PASSWORD",
      wrong,
    );
  }
});

test("every save has a fresh salt and nonce (kratos-core 14.2)", () => {
  const [a, b] = [sealWallet(settings, secret, password), sealWallet(settings, secret, password)];
  assert.notDeepEqual(a.salt, b.salt);
  assert.notDeepEqual(a.nonce, b.nonce);
  assert.notDeepEqual(a.sealed, b.sealed);
});

test("any changed, missing or additional byte of the file is detected (I50)", () => {
  const text = walletText(sealWallet(settings, secret, password));
  for (let i = 0; i < text.length; i++) {
    const other = String.fromCharCode(text.charCodeAt(i) ^ 1);
    const changed = text.slice(0, i) + other + text.slice(i + 1);
    const found = code(() => parseWallet(changed));
    assert.ok(found === "WALLET_TAMPERED" || found === "WALLET_VERSION", `byte ${i}: ${found}`);
    assert.notEqual(
      code(() => parseWallet(text.slice(0, i))),
      "opened",
      `cut at ${i}`,
    );
  }
  for (const more of [`${text} `, ` ${text}`, text.toUpperCase(), "", "null", "[]", "{}", "x".repeat(20_000)]) {
    assert.equal(
      code(() => parseWallet(more)),
      "WALLET_TAMPERED",
    );
  }
});

test("a field that was changed by somebody who renews the checksum is detected, too (I50)", () => {
  const text = walletText(sealWallet(settings, secret, password));
  const other = sealWallet({ ...settings, account: digestOf(ed25519.publicKey(secret.with(0, 8))) }, secret, password);
  const changes: Readonly<Record<string, (fields: Record<string, unknown>) => void>> = {
    rpc_url: (fields) => Object.assign(fields, { rpc_url: "http://evil.example" }),
    genesis_hash: (fields) => Object.assign(fields, { genesis_hash: `0x${"cd".repeat(32)}` }),
    public_key: (fields) => Object.assign(fields, { public_key: `0x${other.account}` }),
    salt: (fields) => Object.assign(fields, { salt: "00".repeat(16) }),
    nonce: (fields) => Object.assign(fields, { nonce: "00".repeat(12) }),
    encrypted_secret: (fields) => Object.assign(fields, { encrypted_secret: other.sealed.toHex() }),
    kdf: (fields) => Object.assign(fields.kdf as object, { passes: 3 }),
  };
  assert.deepEqual(
    Object.keys(changes).sort(),
    Object.keys(JSON.parse(text))
      .filter((key) => !["version", "checksum"].includes(key))
      .sort(),
  );
  for (const [field, change] of Object.entries(changes)) {
    const found = code(() => openWallet(parseWallet(forge(text, change)), password));
    assert.ok(found === "WALLET_PASSWORD" || found === "WALLET_TAMPERED", `${field}: ${found}`);
  }
  // Sealed by the right password for another key: only the recomputed public key tells (kratos-core 14.2).
  assert.equal(
    code(() => openWallet(parseWallet(walletText(other)), password)),
    "WALLET_TAMPERED",
  );
});

test("a cost of guessing that is lowered or absurd, another function and another version are refused", () => {
  const text = walletText(sealWallet(settings, secret, password));
  const kdf = (changes: object) => forge(text, (fields) => Object.assign(fields.kdf as object, changes));
  for (const changes of [
    { memory_kib: 8 },
    { passes: 1 },
    { memory_kib: 2 ** 40 },
    { passes: 1e9 },
    { name: "scrypt" },
    { version: 16 },
  ]) {
    assert.equal(
      code(() => parseWallet(kdf(changes))),
      "WALLET_TAMPERED",
      JSON.stringify(changes),
    );
  }
  assert.equal(
    code(() => parseWallet(forge(text, (fields) => Object.assign(fields, { version: 2 })))),
    "WALLET_VERSION",
  );
});

test("a wallet that was written before still opens (frozen vector)", () => {
  const wallet = parseWallet(FROZEN);
  assert.deepEqual(openWallet(wallet, password), secret);
  assert.deepEqual(
    [wallet.account, wallet.rpcUrl, wallet.genesisHash],
    [settings.account, settings.rpcUrl, settings.genesisHash],
  );
  assert.equal(walletText(wallet), FROZEN);
});

const FROZEN = `{
  "version": 1,
  "public_key": "0xea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c",
  "rpc_url": "http://127.0.0.1:9933",
  "genesis_hash": "0xabababababababababababababababababababababababababababababababab",
  "kdf": {
    "name": "argon2id",
    "version": 19,
    "memory_kib": 19456,
    "passes": 2,
    "lanes": 1
  },
  "salt": "47d4fdaaf3df3f8d0935c0dcf08d558b",
  "nonce": "61d879f689a42369a0573620",
  "encrypted_secret": "8b0391bad03bf91a18c694ecab42e10fcd292fdf5ca60a8a34cacd1d69a5f421e9f7dc265bd8be92c93503ff7d1f0eac44fd907a57bf6f511d0c6e1950f5946cf2095336aea784b53af72242522e5e9a",
  "checksum": "d79d01eb0887a55ea259ffac741c6767f9843c3a4aab09e877e1977b9b4e67ef"
}
`;
