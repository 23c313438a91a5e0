import { randomBytes } from "node:crypto";
import { digestOf } from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import type { AccountId } from "@polis/kratos";
import { UserError } from "../../errors.ts";
import { readKeyFile, readOwnersFile, writeOwnersFile } from "../../keys/keyFile.ts";

/** A key of KratOs. @property secret Ed25519 seed, 32 bytes @property account its public key (kratos-core 1.3) */
export interface KratosKey {
  readonly secret: Uint8Array;
  readonly account: AccountId;
}

/** Forms of a key file that is not encrypted (kratos-core 15). */
export const keyFormats = ["json", "hex"] as const;
/** One of them. */
export type KeyFormat = (typeof keyFormats)[number];

const MAKE_HINT = "make a key with `kratos key generate --output FILE`";
const SECRET = /^(?:0x)?([0-9a-fA-F]{64})$/;

/** A new key from the entropy of the operating system. */
export function generateKratosKey(): KratosKey {
  return keyOf(new Uint8Array(randomBytes(32)));
}

/** The key of a secret of 32 bytes. */
export function keyOf(secret: Uint8Array): KratosKey {
  return { secret, account: digestOf(ed25519.publicKey(secret)) };
}

/** The text of a key file that is not encrypted. */
export function keyText({ secret, account }: KratosKey, format: KeyFormat): string {
  if (format === "hex") return `${secret.toHex()}\n`;
  const publicKey = `0x${account}`;
  return `${JSON.stringify({ scheme: "ed25519", secretKey: `0x${secret.toHex()}`, publicKey, accountId: publicKey }, undefined, 2)}\n`;
}

/** Writes a new key file with mode 0600; a lost key cannot be made again, so nothing is overwritten. @throws UserError */
export function writeKratosKey(path: string, key: KratosKey, format: KeyFormat): void {
  writeOwnersFile(path, keyText(key, format));
}

/**
 * Reads a key file of any form: JSON, one line of hex, or a file of the keystore (kratos-core 15).
 * @param password for a file of the keystore
 * @throws UserError for a missing file, permissions of others, another form or scheme, or a public key that does not fit
 */
export function readKratosKey(path: string, password?: string): KratosKey {
  const text = readOwnersFile(path, { hint: MAKE_HINT }).trim();
  if (!text.startsWith("{")) return parseSecret(text, path);
  const json = parseJson(text, path);
  return "ciphertext" in json ? keyOf(readKeyFile(path, "ed25519", { password }).secret) : readPlain(json, path);
}

/**
 * The key of a secret in hex.
 * @param where for the message
 * @throws UserError KEY_FORMAT
 */
export function parseSecret(text: string, where: string): KratosKey {
  const hex = SECRET.exec(text)?.[1];
  if (hex === undefined) throw formatError(`${where} is not a key of KratOs`);
  return keyOf(Uint8Array.fromHex(hex));
}

function readPlain(json: Readonly<Record<string, unknown>>, path: string): KratosKey {
  if (!("scheme" in json)) throw formatError(`${path} is not a key of KratOs`);
  const { scheme, secretKey, publicKey, accountId } = json;
  if (scheme !== "ed25519") {
    const hint = "validators of KratOs have ed25519 keys: make one with `kratos key generate`";
    throw new UserError("KEY_SCHEME", `${path} has the scheme ${String(scheme).slice(0, 40)}`, hint, { exitCode: 2 });
  }
  const key = parseSecret(typeof secretKey === "string" ? secretKey : "", path);
  for (const claimed of [publicKey, accountId]) {
    if (claimed === undefined) continue;
    if (typeof claimed === "string" && claimed.toLowerCase().replace(/^0x/, "") === key.account) continue;
    throw new UserError("KEY_MISMATCH", `${path} names another public key than that of its secret`, "is it damaged?", {
      exitCode: 2,
    });
  }
  return key;
}

function parseJson(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw formatError(`${path} is not a key of KratOs`);
  }
}

function formatError(message: string): UserError {
  return new UserError("KEY_FORMAT", message, "a key is 64 hex characters, a JSON key file or a file of the keystore", {
    exitCode: 2,
  });
}
