import { createHash, randomBytes } from "node:crypto";
import { concatBytes, type Digest, digest } from "@polis/codec";
import { aes256Gcm, ed25519 } from "@polis/crypto";
import type { AccountId } from "@polis/kratos";
import { walletError } from "../errors.ts";
import { deriveKey, isGoodCost, type KdfCost, SALT_BYTES } from "./kdf.ts";

/** What a wallet knows without its password. */
export interface WalletSettings {
  readonly account: AccountId;
  readonly rpcUrl: string;
  /** The chain for which it signs, and no other (kratos-core 14.4). */
  readonly genesisHash: Digest;
  readonly cost: KdfCost;
}

/** A wallet as it is stored (kratos-core 14.2). */
export interface SealedWallet extends WalletSettings {
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  /** Ciphertext and tag. */
  readonly sealed: Uint8Array;
}

/** The one version there is. */
export const WALLET_VERSION = 1;
const [NONCE_BYTES, TAG_BYTES] = [12, 16];
const SEALED_BYTES = 32 + 32 + TAG_BYTES;
const MAX_BYTES = 16_384;

/**
 * Encrypts a secret (kratos-core 14.1): Argon2id and AES-256-GCM with a fresh salt and nonce. The settings are sealed with it by
 * their hash, so that a changed endpoint or chain is seen, too (I50).
 * @param secret Ed25519 seed, 32 bytes
 */
export function sealWallet(settings: WalletSettings, secret: Uint8Array, password: string): SealedWallet {
  const salt = new Uint8Array(randomBytes(SALT_BYTES));
  const nonce = new Uint8Array(randomBytes(NONCE_BYTES));
  const key = deriveKey(password, salt, settings.cost);
  const plain = concatBytes(secret, settingsHash(settings));
  const { ciphertext, tag } = aes256Gcm.seal(key, nonce, plain, additionalData(settings.account));
  key.fill(0);
  plain.fill(0);
  return { ...settings, salt, nonce, sealed: concatBytes(ciphertext, tag) };
}

/**
 * Decrypts the secret, 32 bytes, to be wiped by the caller.
 * @throws UserError WALLET_PASSWORD when it does not open, WALLET_TAMPERED when what it holds does not fit the file
 */
export function openWallet(wallet: SealedWallet, password: string): Uint8Array {
  const { account, salt, nonce, sealed, cost } = wallet;
  const key = deriveKey(password, salt, cost);
  const parts = { ciphertext: sealed.subarray(0, -TAG_BYTES), tag: sealed.subarray(-TAG_BYTES) };
  const plain = aes256Gcm.open(key, nonce, parts, additionalData(account));
  key.fill(0);
  if (plain === undefined) {
    const hint =
      "try again; if you are sure of it, somebody has changed the file: take the copy that you have backed up";
    throw walletError("password", "WALLET_PASSWORD", "the password is wrong", hint);
  }
  const secret = plain.slice(0, 32);
  const isWhole = Buffer.compare(plain.subarray(32), settingsHash(wallet)) === 0;
  plain.fill(0);
  if (isWhole && ed25519.publicKey(secret).toHex() === account) return secret;
  secret.fill(0);
  throw tampered("what is encrypted in it does not fit what is not");
}

/** The text of wallet.json. */
export function walletText(wallet: SealedWallet): string {
  const fields = fieldsOf(wallet);
  return `${JSON.stringify({ ...fields, checksum: checksumOf(fields) }, undefined, 2)}\n`;
}

/**
 * Reads the text of wallet.json.
 * @throws UserError WALLET_TAMPERED for a text that no wallet has written, WALLET_VERSION for a later one
 */
export function parseWallet(text: string): SealedWallet {
  if (text.length > MAX_BYTES) throw tampered("it is too long");
  const { checksum, ...fields } = parseObject(text);
  if (fields.version !== WALLET_VERSION && Number.isSafeInteger(fields.version)) {
    const hint = "use the program that wrote it, or a newer one";
    throw walletError("input", "WALLET_VERSION", `the wallet has the version ${String(fields.version)}`, hint);
  }
  if (checksum !== checksumOf(fields)) throw tampered("its checksum does not fit");
  const { memory_kib, passes, lanes, ...kdf } = objectOf(fields.kdf);
  const cost = { memoryKib: memory_kib, passes, lanes } as KdfCost;
  if (kdf.name !== "argon2id" || kdf.version !== 19 || !isGoodCost(cost))
    throw tampered("its key derivation is not known");
  const wallet = {
    account: digest(bytesOf(fields.public_key, 32).toHex()),
    rpcUrl: textOf(fields.rpc_url),
    genesisHash: digest(bytesOf(fields.genesis_hash, 32).toHex()),
    cost,
    salt: bytesOf(fields.salt, SALT_BYTES),
    nonce: bytesOf(fields.nonce, NONCE_BYTES),
    sealed: bytesOf(fields.encrypted_secret, SEALED_BYTES),
  };
  // There is one text for each wallet: any other byte is not ours (I50).
  if (walletText(wallet) !== text) throw tampered("it was written by something else");
  return wallet;
}

/** Version, 4 bytes little-endian, and public key: what is authenticated with the ciphertext (kratos-core 14.1). */
export function additionalData(account: AccountId): Uint8Array {
  return concatBytes(Uint8Array.of(WALLET_VERSION, 0, 0, 0), Uint8Array.fromHex(account));
}

function fieldsOf({ account, rpcUrl, genesisHash, cost, salt, nonce, sealed }: SealedWallet) {
  const { memoryKib, passes, lanes } = cost;
  return {
    ...{ version: WALLET_VERSION, public_key: `0x${account}`, rpc_url: rpcUrl, genesis_hash: `0x${genesisHash}` },
    kdf: { name: "argon2id", version: 19, memory_kib: memoryKib, passes, lanes },
    ...{ salt: salt.toHex(), nonce: nonce.toHex(), encrypted_secret: sealed.toHex() },
  };
}

function settingsHash({ account, rpcUrl, genesisHash, cost }: WalletSettings): Uint8Array {
  const { memoryKib, passes, lanes } = cost;
  return sha256(JSON.stringify([account, rpcUrl, genesisHash, memoryKib, passes, lanes]));
}

function checksumOf(fields: object): string {
  return sha256(JSON.stringify(fields)).toHex();
}

function sha256(text: string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(text).digest());
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return objectOf(JSON.parse(text));
  } catch (cause) {
    throw tampered("it is not JSON", cause);
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw tampered("it has another form");
}

function textOf(value: unknown): string {
  if (typeof value === "string" && value.length <= 2_048) return value;
  throw tampered("it has another form");
}

function bytesOf(value: unknown, length: number): Uint8Array {
  const hex = typeof value === "string" ? value.replace(/^0x/, "") : "";
  if (hex.length === 2 * length && /^[0-9a-f]*$/.test(hex)) return Uint8Array.fromHex(hex);
  throw tampered("it has another form");
}

function tampered(what: string, cause?: unknown) {
  const hint = "take the copy that you have backed up, or make the wallet anew from its secret with `create --import`";
  return walletError("tampered", "WALLET_TAMPERED", `the wallet file is damaged or was changed: ${what}`, hint, cause);
}
