import { bytesToBigInt } from "@polis/codec";
import { ed25519, p256, secp256k1 } from "@polis/crypto";
import { createPaymentSigner, type PaymentSigner, type SignatureKind } from "@polis/kairos";
import { SdkError } from "../errors/sdkError.ts";
import { bytesOf, type Hex, hexOf } from "../text/hex.ts";
import { openKeyFile, sealKeyFile } from "./keyFile.ts";
import { type MnemonicOptions, secretFromMnemonic } from "./mnemonic.ts";

/** Kinds of keys that sign payments (kairos 7.4). Only secp256k1 signs Ethereum's transactions too. */
export type KeyKind = "ed25519" | "secp256k1" | "p256";

const kindNumbers: Readonly<Record<KeyKind, SignatureKind>> = { secp256k1: 0, ed25519: 1, p256: 2 };
/** Order of P-256's group; secrets are below it. A draw that is not is repeated. */
const maxDraws = 16;

/**
 * A key and its account. The secret leaves it only by `revealSecret` and, encrypted, by `toKeyFile`: printing, logging and
 * JSON show what is public.
 * @example
 * const wallet = Wallet.fromMnemonic("test test test test test test test test test test test junk", { kind: "secp256k1" });
 * wallet.address; // => "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"
 * JSON.stringify(wallet).includes("secret"); // => false
 */
export class Wallet {
  readonly kind: KeyKind;
  readonly address: Hex;
  /** 32 bytes for Ed25519, 64 for the others. */
  readonly publicKey: Hex;
  readonly #secret: Uint8Array;
  readonly #signer: PaymentSigner;

  private constructor(kind: KeyKind, secret: Uint8Array) {
    const publicKey = publicKeyOf(kind, secret);
    if (publicKey === undefined) {
      throw new SdkError("SECRET", `not a ${kind} secret`, "a secret has 32 bytes and lies below the group's order");
    }
    this.kind = kind;
    this.#secret = secret.slice();
    this.#signer = createPaymentSigner(kindNumbers[kind], this.#secret);
    this.address = `0x${this.#signer.address}`;
    this.publicKey = hexOf(publicKey);
  }

  /** A fresh key from the platform's randomness. */
  static generate(kind: KeyKind = "ed25519"): Wallet {
    for (let draw = 0; draw < maxDraws; draw++) {
      const secret = crypto.getRandomValues(new Uint8Array(32));
      if (publicKeyOf(kind, secret) !== undefined) return new Wallet(kind, secret);
    }
    throw new Error("the platform's randomness gives no usable bytes");
  }

  /**
   * The wallet of a secret of 32 bytes.
   * @throws SdkError SECRET when it is none of this kind; the message never contains it
   */
  static fromSecret(kind: KeyKind, secret: Uint8Array | Hex): Wallet {
    let bytes = secret;
    if (typeof bytes === "string") {
      if (!/^0x[0-9a-fA-F]{64}$/.test(bytes)) {
        throw new SdkError("SECRET", "a secret is not 32 bytes in hex", "write 0x and 64 hex characters");
      }
      bytes = bytesOf(bytes);
    }
    return new Wallet(kind, bytes);
  }

  /** The wallet of a BIP-39 phrase: BIP-32 for secp256k1, SLIP-10 for the others. */
  static fromMnemonic(words: string, options: MnemonicOptions & { readonly kind?: KeyKind } = {}): Wallet {
    const kind = options.kind ?? "ed25519";
    return new Wallet(kind, secretFromMnemonic(words, kind, options));
  }

  /** Opens the text of an encrypted key file. Takes about half a second natively, and 128 MiB. */
  static fromKeyFile(text: string, password: string): Wallet {
    const { kind, secret, publicKey } = openKeyFile(text, password);
    const wallet = new Wallet(kind, secret);
    if (wallet.publicKey === publicKey) return wallet;
    throw new SdkError(
      "KEY_FILE",
      "the secret of the key file is not that of its public key",
      "restore a backup of it",
    );
  }

  /** The text of an encrypted key file (kairos K7): scrypt and AES-256-GCM. */
  toKeyFile(password: string): string {
    const content = { kind: this.kind, secret: this.#secret, publicKey: this.publicKey };
    return sealKeyFile(content, password, crypto.getRandomValues(new Uint8Array(44)));
  }

  /** Signs 32 bytes: r, s and parity (65 bytes) for secp256k1, 64 bytes for the others. */
  sign(digest: Uint8Array): Uint8Array {
    if (digest.length !== 32) throw new SdkError("TRANSACTION", "not a digest", "sign the 32 bytes of a hash");
    return this.#signer.sign(digest);
  }

  /** What signs payments inside this package: a public key, an address and a function. */
  get signer(): PaymentSigner {
    return this.#signer;
  }

  /** The secret itself, to be written down or moved. Whoever has it has the money. */
  revealSecret(): Uint8Array {
    return this.#secret.slice();
  }

  /** What is public of it. */
  toJSON(): { readonly kind: KeyKind; readonly address: Hex; readonly publicKey: Hex } {
    return { kind: this.kind, address: this.address, publicKey: this.publicKey };
  }

  toString(): string {
    return `${this.kind} wallet ${this.address}`;
  }
}

function publicKeyOf(kind: KeyKind, secret: Uint8Array): Uint8Array | undefined {
  if (secret.length !== 32 || bytesToBigInt(secret) === 0n) return undefined;
  if (kind === "ed25519") return ed25519.publicKey(secret);
  return kind === "p256" ? p256.publicKey(secret) : secp256k1.publicKey(secret);
}
