import { randomBytes } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { ed25519 } from "@polis/crypto";
import { SeedError } from "./errors.ts";

/** Makes a key and its file, readable by its owner only. @returns the public key @throws SeedError when the file is there */
export function generateKey(path: string): string {
  const secret = randomBytes(32);
  const publicKey = ed25519.publicKey(secret).toHex();
  const content = { scheme: "ed25519", secretKey: secret.toString("hex"), publicKey };
  try {
    writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === "EEXIST";
    const what = isThere ? `${path} is there already` : `cannot write ${path}`;
    throw new SeedError("KEY_FILE", what, "give another --output; a key is never overwritten", { cause, exitCode: 2 });
  }
  return publicKey;
}

/**
 * Reads a key file: JSON as `generateKey` writes it, or 64 hex characters.
 * @returns the Ed25519 seed, 32 bytes
 * @throws SeedError when it is missing, open to others, or no key
 */
export function loadKey(path: string): Uint8Array {
  const text = readOwn(path);
  const secret = secretOf(text);
  if (secret !== undefined) return secret;
  const hint = "make one with kratos-seed key generate";
  throw new SeedError("KEY_FILE", `${path} is no Ed25519 key file`, hint, { exitCode: 2 });
}

function readOwn(path: string): string {
  let mode: number;
  let text: string;
  try {
    mode = statSync(path).mode;
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const hint = `make one with kratos-seed key generate --output ${path}`;
    throw new SeedError("KEY_FILE", `cannot read ${path}`, hint, { cause, exitCode: 2 });
  }
  if ((mode & 0o077) === 0) return text;
  const hint = `chmod 600 ${path}, and think about who has read it`;
  throw new SeedError("KEY_FILE_OPEN", `${path} can be read by others`, hint, { exitCode: 2 });
}

function secretOf(text: string): Uint8Array | undefined {
  const bare = text.trim();
  if (/^(0x)?[0-9a-fA-F]{64}$/.test(bare)) return Uint8Array.fromHex(bare.slice(-64));
  try {
    const { scheme, secretKey, publicKey } = JSON.parse(bare) as Record<string, unknown>;
    if (scheme !== "ed25519" || typeof secretKey !== "string" || !/^(0x)?[0-9a-fA-F]{64}$/.test(secretKey))
      return undefined;
    const secret = Uint8Array.fromHex(secretKey.slice(-64));
    const isPair = typeof publicKey !== "string" || publicKey.replace(/^0x/, "") === ed25519.publicKey(secret).toHex();
    return isPair ? secret : undefined;
  } catch {
    return undefined;
  }
}
