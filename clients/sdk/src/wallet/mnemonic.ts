import { HDKey } from "@scure/bip32";
import { generateMnemonic as draw, mnemonicToSeedSync, validateMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { SdkError } from "../errors/sdkError.ts";
import { deriveSlip10 } from "./slip10.ts";
import type { KeyKind } from "./wallet.ts";

/** Which key of a phrase. */
export interface MnemonicOptions {
  /** Number of the account, 0 by default; the last step of the default path. */
  readonly account?: number;
  /** Another path than the default one, such as `m/44'/60'/0'/0/0`. */
  readonly path?: string;
  /** The optional thirteenth or twenty-fifth word of BIP-39. */
  readonly passphrase?: string;
}

/**
 * A fresh phrase of twelve or twenty-four English words (BIP-39).
 * @example generateMnemonic(24).split(" ").length; // => 24
 */
export function generateMnemonic(words: 12 | 24 = 12): string {
  return draw(wordlist, words === 12 ? 128 : 256);
}

/**
 * The path of an account of a kind: that of Ethereum wallets for secp256k1, and the same with every step hardened for the
 * others, as SLIP-10 asks of Ed25519.
 * @example defaultPath("secp256k1", 3); // => "m/44'/60'/0'/0/3"
 */
export function defaultPath(kind: KeyKind, account = 0): string {
  return kind === "secp256k1" ? `m/44'/60'/0'/0/${account}` : `m/44'/60'/0'/0'/${account}'`;
}

/**
 * The 32-byte secret of a phrase.
 * @throws SdkError MNEMONIC for words with a wrong checksum, or a path that is none; the message has none of the words
 */
export function secretFromMnemonic(words: string, kind: KeyKind, options: MnemonicOptions): Uint8Array {
  const phrase = words.trim().split(/\s+/).join(" ").toLowerCase();
  if (!validateMnemonic(phrase, wordlist)) {
    throw new SdkError("MNEMONIC", "these words are no recovery phrase", "check their spelling and their order");
  }
  const path = options.path ?? defaultPath(kind, options.account);
  const steps = readPath(path);
  const seed = mnemonicToSeedSync(phrase, options.passphrase ?? "");
  if (kind !== "secp256k1") return deriveSlip10(kind, seed, steps);
  const secret = HDKey.fromMasterSeed(seed).derive(path).privateKey;
  if (secret === null || secret === undefined) throw new Error("a master key has a private part");
  return secret;
}

const hardened = 0x8000_0000;

/** The steps of a path as numbers, 2^31 added to hardened ones. */
function readPath(path: string): readonly number[] {
  const [root, ...steps] = path.split("/");
  const numbers = steps.map((step) => {
    const match = /^(\d{1,10})('?)$/.exec(step);
    const index = match === null ? hardened : Number(match[1]);
    return index >= hardened ? -1 : index + (match![2] === "'" ? hardened : 0);
  });
  if (root === "m" && steps.length <= 10 && !numbers.includes(-1)) return numbers;
  throw new SdkError("MNEMONIC", "this is not a derivation path", "write it as m/44'/60'/0'/0/0");
}
