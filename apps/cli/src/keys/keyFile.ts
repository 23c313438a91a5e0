import { randomBytes } from "node:crypto";
import { chmodSync, closeSync, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { bls, ed25519, type KeyFileContent, type KeyKind, openKeystore, readRawKey, sealKeystore } from "@polis/crypto";
import { UserError } from "../errors.ts";

/** How a key file may be read. */
export interface KeyFileAccess {
  /** For JSON keystores; raw files need none. */
  readonly password?: string | undefined;
  /** Accept files that group or others can read (kairos K7). */
  readonly allowInsecurePermissions?: boolean;
}

const maxKeyFileBytes = 8_192;

/**
 * Writes a new key file with mode 0600 (kairos K7): raw hex in one line, or a keystore when there is a password. Never
 * overwrites: a lost key cannot be made again.
 * @throws UserError when the file exists or cannot be written
 */
export function writeKeyFile(path: string, content: KeyFileContent, password?: string): void {
  const entropy = new Uint8Array(randomBytes(44));
  const text = password === undefined ? `${content.secret.toHex()}\n` : sealKeystore(content, password, entropy);
  writeOwnersFile(path, text);
}

/**
 * Writes a new file with mode 0600; never overwrites.
 * @throws UserError when the file exists or cannot be written
 */
export function writeOwnersFile(path: string, text: string): void {
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === "EEXIST";
    const hint = exists ? "choose another folder, or move the file away first" : "check the folder and its permissions";
    throw new UserError("KEY_FILE", `cannot write ${path}${exists ? ": it exists already" : ""}`, hint, { cause });
  }
  try {
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
  // The umask can only take bits away from 0600; this gives the owner's back.
  chmodSync(path, 0o600);
}

/**
 * Reads a key file of either format (kairos K7) and checks that it holds the wanted kind.
 * @throws UserError for a missing file, wide permissions, another form, a wrong password or an invalid key
 */
export function readKeyFile(path: string, kind: KeyKind, access: KeyFileAccess = {}): KeyFileContent {
  const text = readOwnersFile(path, access);
  return text.trimStart().startsWith("{") ? readSealed(path, text, kind, access.password) : readRaw(path, text, kind);
}

/**
 * The public key of a 32-byte secret.
 * @returns undefined when the secret is not one of its kind
 */
export function publicKeyOf(kind: KeyKind, secret: Uint8Array): Uint8Array | undefined {
  return kind === "ed25519" ? ed25519.publicKey(secret) : bls.publicKey(secret);
}

/** How the file of a secret may be read. */
export interface OwnersFileAccess extends Pick<KeyFileAccess, "allowInsecurePermissions"> {
  /** What to do when there is none; names the command of Kairos that makes keys by default. */
  readonly hint?: string;
}

/**
 * The text of a small file that only its owner may read.
 * @throws UserError KEY_FILE when it cannot be read, KEY_PERMISSIONS, or KEY_FORMAT for a large one
 */
export function readOwnersFile(path: string, access: OwnersFileAccess = {}): string {
  const { allowInsecurePermissions: allowInsecure = false, hint } = access;
  let mode: number;
  let size: number;
  try {
    ({ mode, size } = statSync(path));
  } catch (cause) {
    throw new UserError("KEY_FILE", `cannot read ${path}`, hint ?? "make keys with `kairos keys generate --out DIR`", {
      cause,
    });
  }
  // Windows has no such bits to judge.
  if (!allowInsecure && process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new UserError(
      "KEY_PERMISSIONS",
      `${path} can be read by group or others (mode ${(mode & 0o777).toString(8)})`,
      `run: chmod 600 ${path}`,
      { exitCode: 2 },
    );
  }
  if (size > maxKeyFileBytes) {
    throw new UserError("KEY_FORMAT", `${path} is too large for a key file`, "is it the right file?", { exitCode: 2 });
  }
  return readFileSync(path, "utf8");
}

function readRaw(path: string, text: string, kind: KeyKind): KeyFileContent {
  const secret = readRawKey(text);
  const publicKey = secret.ok ? publicKeyOf(kind, secret.value) : undefined;
  if (!secret.ok || publicKey === undefined) {
    throw new UserError(
      "KEY_FORMAT",
      `${path} is not a ${kind} key`,
      "a key is one line of 64 hex characters, or a keystore",
      {
        exitCode: 2,
      },
    );
  }
  return { kind, secret: secret.value, publicKey };
}

function readSealed(path: string, text: string, kind: KeyKind, password: string | undefined): KeyFileContent {
  if (password === undefined) {
    const hint = "set identity.password_file, --password-file or KAIROS_KEY_PASSWORD";
    throw new UserError("KEY_PASSWORD", `${path} is encrypted and there is no password`, hint, { exitCode: 2 });
  }
  const opened = openKeystore(text, password);
  if (!opened.ok) {
    const wrong = opened.fault.code === "KEYSTORE_PASSWORD";
    const message = wrong ? `the password does not open ${path}` : `${path} is not a keystore of kairos K7`;
    throw new UserError("KEY_PASSWORD", message, "check the password file and the key file", { exitCode: 2 });
  }
  const { secret, publicKey } = opened.value;
  if (opened.value.kind !== kind || publicKeyOf(kind, secret)?.toHex() !== publicKey.toHex()) {
    throw new UserError("KEY_FORMAT", `${path} does not hold a ${kind} key`, "check which file is which", {
      exitCode: 2,
    });
  }
  return opened.value;
}
