import type { Address } from "@polis/codec";
import { concatBytes } from "@polis/codec";
import { keccak256, secp256k1 } from "@polis/crypto";
import type { DevAccount } from "../accounts/deriveAccounts.ts";

/** The accounts that a development node speaks for. */
export class Keyring {
  readonly #secrets: ReadonlyMap<Address, Uint8Array>;
  readonly #impersonated = new Set<Address>();
  /** Speak for every account that is asked for. */
  autoImpersonate = false;

  constructor(accounts: readonly DevAccount[]) {
    this.#secrets = new Map(accounts.map(({ address, secret }) => [address, secret]));
  }

  /** Addresses whose keys are known, in the order of the mnemonic. */
  get addresses(): readonly Address[] {
    return [...this.#secrets.keys()];
  }

  /** The secret of a known account. */
  secretOf(address: Address): Uint8Array | undefined {
    return this.#secrets.get(address);
  }

  /** Whether transactions of this account are accepted without its key. */
  isImpersonated(address: Address): boolean {
    return this.#impersonated.has(address) || (this.autoImpersonate && !this.#secrets.has(address));
  }

  impersonate(address: Address): void {
    this.#impersonated.add(address);
  }

  /** @returns whether it was impersonated */
  stopImpersonating(address: Address): boolean {
    return this.#impersonated.delete(address);
  }

  forgetImpersonated(): void {
    this.#impersonated.clear();
    this.autoImpersonate = false;
  }

  /**
   * Signs a 32-byte digest as wallets do: r, s and v = 27 or 28.
   * @returns 65 bytes, or undefined for an account whose key is not known
   */
  sign(address: Address, digest: Uint8Array): Uint8Array | undefined {
    const secret = this.#secrets.get(address);
    const signed = secret === undefined ? undefined : secp256k1.sign(digest, secret);
    return signed === undefined ? undefined : concatBytes(signed.signature, Uint8Array.of(27 + signed.recovery));
  }
}

/** The digest of a message that a person signs (EIP-191): it can never be that of a transaction. */
export function personalDigest(message: Uint8Array): Uint8Array {
  const head = new TextEncoder().encode(`\x19Ethereum Signed Message:\n${message.length}`);
  return keccak256(concatBytes(head, message));
}
