import { concatBytes, type Fault, fault, hexToBytes, ok, type Result } from "@polis/codec";
import { aes256Gcm, scrypt } from "../native/primitives.ts";
import { kairosTags, tagBytes } from "../votes/payloads.ts";

/** What a key file can hold (kairos K7). */
export type KeyKind = "bls" | "ed25519" | "share_m" | "share_l";

/** A secret key with its public key; 32-byte secrets. */
export interface KeyFileContent {
  readonly kind: KeyKind;
  readonly secret: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** What opening a key file can report. */
export type KeystoreFault = Fault<"KEYSTORE_FORMAT" | "KEYSTORE_PASSWORD">;

const cost = { n: 2 ** 17, r: 8, p: 1 } as const;
const publicKeyBytes = { bls: 48, ed25519: 32, share_m: 48, share_l: 48 } as const;
const maxFileCharacters = 4096;

/** tag ‖ u8(len(kind)) ‖ kind ‖ public_key: what the cipher authenticates beside the secret (kairos K7). */
function additionalData(kind: KeyKind, publicKey: Uint8Array): Uint8Array {
  return concatBytes(tagBytes(kairosTags.keystore), tagBytes(kind), publicKey);
}

/**
 * The text of a JSON key file (kairos K7): scrypt with N = 2^17, r = 8, p = 1 (128 MiB, about half a second), AES-256-GCM.
 * @param entropy 44 bytes from the operating system: 32 of salt, 12 of iv
 */
export function sealKeystore(content: KeyFileContent, password: string, entropy: Uint8Array): string {
  const { kind, secret, publicKey } = content;
  if (secret.length !== 32 || publicKey.length !== publicKeyBytes[kind]) throw new RangeError("key length");
  if (entropy.length !== 44) throw new RangeError("sealing needs 44 bytes of entropy");
  const [salt, iv] = [entropy.subarray(0, 32), entropy.subarray(32)];
  const key = scrypt(new TextEncoder().encode(password), salt, cost);
  const { ciphertext, tag } = aes256Gcm.seal(key, iv, secret, additionalData(kind, publicKey));
  const file = {
    version: 1,
    kind,
    kdf: { name: "scrypt", ...cost, salt: salt.toHex() },
    cipher: { name: "aes-256-gcm", iv: iv.toHex(), tag: tag.toHex() },
    ciphertext: ciphertext.toHex(),
    public_key: publicKey.toHex(),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/**
 * Opens a JSON key file. Only the cost of kairos K7 is accepted, so that a file can neither weaken the password nor ask for
 * more memory. The caller compares the public key with the one it expects.
 */
export function openKeystore(text: string, password: string): Result<KeyFileContent, KeystoreFault> {
  const file = parse(text);
  if (file === undefined) return fault("KEYSTORE_FORMAT", "ignore");
  const { kind, salt, iv, tag, ciphertext, publicKey } = file;
  const key = scrypt(new TextEncoder().encode(password), salt, cost);
  const secret = aes256Gcm.open(key, iv, { ciphertext, tag }, additionalData(kind, publicKey));
  return secret === undefined ? fault("KEYSTORE_PASSWORD", "ignore") : ok({ kind, secret, publicKey });
}

/** Reads the other format of kairos K7: one line of 64 hex characters, with or without 0x. */
export function readRawKey(text: string): Result<Uint8Array, KeystoreFault> {
  const line = text.replace(/\r?\n$/, "").replace(/^0x/, "");
  const bytes = hexToBytes(line, 32);
  return bytes.ok && bytes.value.length === 32 ? ok(bytes.value) : fault("KEYSTORE_FORMAT", "ignore");
}

interface ParsedFile {
  readonly kind: KeyKind;
  readonly salt: Uint8Array;
  readonly iv: Uint8Array;
  readonly tag: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly publicKey: Uint8Array;
}

function parse(text: string): ParsedFile | undefined {
  const file = record(text.length <= maxFileCharacters ? json(text) : undefined);
  const kdf = record(file.kdf);
  const cipher = record(file.cipher);
  const kind = file.kind;
  if (file.version !== 1 || typeof kind !== "string" || !isKind(kind)) return undefined;
  if (kdf.name !== "scrypt" || kdf.n !== cost.n || kdf.r !== cost.r || kdf.p !== cost.p) return undefined;
  if (cipher.name !== "aes-256-gcm") return undefined;
  const salt = bytes(kdf.salt, 32);
  const iv = bytes(cipher.iv, 12);
  const tag = bytes(cipher.tag, 16);
  const ciphertext = bytes(file.ciphertext, 32);
  const publicKey = bytes(file.public_key, publicKeyBytes[kind]);
  if (!salt || !iv || !tag || !ciphertext || !publicKey) return undefined;
  return { kind, salt, iv, tag, ciphertext, publicKey };
}

function isKind(kind: string): kind is KeyKind {
  return Object.hasOwn(publicKeyBytes, kind);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** Hex of exactly `length` bytes. */
function bytes(value: unknown, length: number): Uint8Array | undefined {
  const read = typeof value === "string" ? hexToBytes(value, length) : undefined;
  return read?.ok && read.value.length === length ? read.value : undefined;
}
