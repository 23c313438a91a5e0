import { concatBytes } from "@polis/codec";
import { aes256Gcm, kairosTags, scrypt, tagBytes } from "@polis/crypto";
import { SdkError } from "../errors/sdkError.ts";
import { bytesOf, type Hex, hexOf, readHexText } from "../text/hex.ts";
import type { KeyKind } from "./wallet.ts";

/** What a key file of a wallet holds. */
export interface KeyFileContent {
  readonly kind: KeyKind;
  readonly secret: Uint8Array;
  readonly publicKey: Hex;
}

/** The cost of kairos K7 and no other: a file can neither weaken the password nor ask for more memory. */
const cost = { n: 2 ** 17, r: 8, p: 1 } as const;
const publicKeyBytes: Readonly<Record<KeyKind, number>> = { ed25519: 32, secp256k1: 64, p256: 64 };
const maxCharacters = 4096;

/**
 * The text of an encrypted key file, in the form of kairos K7 with the kinds of wallets: an Ed25519 file is the same as one
 * of `kairos keys`.
 * @param entropy 44 random bytes: 32 of salt, 12 of iv
 */
export function sealKeyFile(
  { kind, secret, publicKey }: KeyFileContent,
  password: string,
  entropy: Uint8Array,
): string {
  const [salt, iv] = [entropy.slice(0, 32), entropy.slice(32, 44)];
  const key = scrypt(new TextEncoder().encode(password), salt, cost);
  const { ciphertext, tag } = aes256Gcm.seal(key, iv, secret, additionalData(kind, bytesOf(publicKey)));
  const file = {
    version: 1,
    kind,
    kdf: { name: "scrypt", ...cost, salt: plainHex(salt) },
    cipher: { name: "aes-256-gcm", iv: plainHex(iv), tag: plainHex(tag) },
    ciphertext: plainHex(ciphertext),
    public_key: publicKey.slice(2),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/**
 * Opens the text of a key file.
 * @throws SdkError KEY_FILE for another text, or a wrong password
 */
export function openKeyFile(text: string, password: string): KeyFileContent {
  const file = record(text.length <= maxCharacters ? parse(text) : undefined);
  const kind = file.kind as KeyKind;
  const [kdf, cipher] = [record(file.kdf), record(file.cipher)];
  const isKnown = file.version === 1 && typeof kind === "string" && Object.hasOwn(publicKeyBytes, kind);
  const isCost = kdf.name === "scrypt" && kdf.n === cost.n && kdf.r === cost.r && kdf.p === cost.p;
  if (!isKnown || !isCost || cipher.name !== "aes-256-gcm") throw notAFile();
  const publicKey = bytes(file.public_key, publicKeyBytes[kind]);
  const sealed = { ciphertext: bytes(file.ciphertext, 32), tag: bytes(cipher.tag, 16) };
  const key = scrypt(new TextEncoder().encode(password), bytes(kdf.salt, 32), cost);
  const secret = aes256Gcm.open(key, bytes(cipher.iv, 12), sealed, additionalData(kind, publicKey));
  if (secret === undefined) {
    throw new SdkError("KEY_FILE", "the password does not open this key file", "type it again; nothing was changed");
  }
  return { kind, secret, publicKey: hexOf(publicKey) };
}

/** What the cipher authenticates beside the secret (kairos K7). */
function additionalData(kind: KeyKind, publicKey: Uint8Array): Uint8Array {
  return concatBytes(tagBytes(kairosTags.keystore), tagBytes(kind), publicKey);
}

function plainHex(value: Uint8Array): string {
  return hexOf(value).slice(2);
}

function bytes(value: unknown, length: number): Uint8Array {
  const read = typeof value === "string" ? readHexText(`0x${value}`, length) : undefined;
  if (read?.length !== length) throw notAFile();
  return read;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function notAFile(): SdkError {
  return new SdkError("KEY_FILE", "this is not a key file", "take the whole text that toKeyFile gave");
}
