import { hkdfSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { concatBytes } from "@polis/codec";
import { aes256Gcm } from "@polis/crypto";
import type { AccountId } from "@polis/kratos";
import { walletError } from "../errors.ts";
import { replaceFile } from "../file/replaceFile.ts";
import { additionalData, WALLET_VERSION } from "../file/walletText.ts";
import { type History, historyText, parseHistory } from "./historyRecord.ts";

const [SALT_BYTES, NONCE_BYTES, TAG_BYTES] = [16, 12, 16];
const CONTEXT = "kratos-wallet history 1";
const MAX_BYTES = 16_777_216;

/** Whose history it is, and the secret that it is encrypted with. */
export interface HistoryOwner {
  readonly account: AccountId;
  readonly secret: Uint8Array;
}

/**
 * Writes history.json, encrypted with a key that HKDF makes of the wallet's secret and a fresh salt (kratos-core 14.2): a new
 * password changes wallet.json alone.
 */
export function writeHistory(path: string, owner: HistoryOwner, history: History): void {
  const salt = new Uint8Array(randomBytes(SALT_BYTES));
  const nonce = new Uint8Array(randomBytes(NONCE_BYTES));
  const key = keyOf(owner, salt);
  const { ciphertext, tag } = aes256Gcm.seal(
    key,
    nonce,
    Buffer.from(historyText(history)),
    additionalData(owner.account),
  );
  key.fill(0);
  replaceFile(path, fileText({ salt, nonce, sealed: concatBytes(ciphertext, tag) }));
}

/** Reads history.json; a missing file is an empty history. @throws UserError HISTORY_TAMPERED */
export function readHistory(path: string, owner: HistoryOwner): History {
  if (!existsSync(path)) return { transactions: [], lastSyncedBlock: 0 };
  try {
    if (statSync(path).size > MAX_BYTES) throw new Error("too large");
    const { salt, nonce, sealed } = parseFile(readFileSync(path, "utf8"));
    const key = keyOf(owner, salt);
    const parts = { ciphertext: sealed.subarray(0, -TAG_BYTES), tag: sealed.subarray(-TAG_BYTES) };
    const plain = aes256Gcm.open(key, nonce, parts, additionalData(owner.account));
    key.fill(0);
    if (plain === undefined) throw new Error("it does not open");
    return parseHistory(Buffer.from(plain).toString("utf8"));
  } catch (cause) {
    const hint =
      "move it away: the node still has everything that is in the chain; notes and waiting payments are lost";
    throw walletError("tampered", "HISTORY_TAMPERED", `${path} is damaged or was changed`, hint, cause);
  }
}

interface SealedHistory {
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  /** Ciphertext and tag. */
  readonly sealed: Uint8Array;
}

function fileText({ salt, nonce, sealed }: SealedHistory): string {
  const encrypted = Buffer.from(sealed).toString("base64");
  return `${JSON.stringify({ version: WALLET_VERSION, salt: salt.toHex(), nonce: nonce.toHex(), encrypted })}\n`;
}

function parseFile(text: string): SealedHistory {
  const fields = JSON.parse(text) as Readonly<Record<string, string>>;
  const sealed = Uint8Array.fromBase64(fields.encrypted!);
  const read = { salt: Uint8Array.fromHex(fields.salt!), nonce: Uint8Array.fromHex(fields.nonce!), sealed };
  // There is one text for each history: any other byte is not ours.
  if (fileText(read) !== text) throw new Error("written by something else");
  return read;
}

function keyOf({ secret }: HistoryOwner, salt: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, salt, CONTEXT, 32));
}
