import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type Address, bytesToHex0x } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { buildPayment, createPaymentSigner, signPayment } from "@polis/kairos";
import type { LoadAccount } from "./lane.ts";

/** Accounts that pay each other in a local network: fresh Ed25519 keys, kept in one private file. */
export interface LoadKeys {
  readonly secrets: readonly Uint8Array[];
  readonly addresses: readonly Address[];
}

const SIGNATURE_KIND_ED25519 = 1;
/** One cent, in 10^-6 USDC. */
const AMOUNT_USDC6 = 10_000n;

/**
 * Reads the keys of an earlier run, or makes new ones from the operating system's randomness (kairos K6).
 * @param file JSON list of hex secrets, mode 0600.
 */
export function loadOrCreateKeys(file: string, count: number): LoadKeys {
  const secrets = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as string[]).map((hex) => Uint8Array.fromHex(hex))
    : Array.from({ length: count }, () => new Uint8Array(randomBytes(32)));
  if (!existsSync(file)) writeFileSync(file, `${JSON.stringify(secrets.map((s) => s.toHex()))}\n`, { mode: 0o600 });
  return { secrets, addresses: secrets.map((secret) => createPaymentSigner(SIGNATURE_KIND_ED25519, secret).address) };
}

/** Makes payers: account i pays one cent to account i+1, around the circle, so that nobody runs dry. */
export function createLoadAccounts(keys: LoadKeys, chainId: bigint): readonly LoadAccount[] {
  return keys.secrets.map((secret, i) => {
    const signer = createPaymentSigner(SIGNATURE_KIND_ED25519, secret);
    const to = keys.addresses[(i + 1) % keys.addresses.length] as Address;
    return {
      addressHex: signer.address,
      sign: (nonce) => {
        const envelope = signPayment(
          buildPayment({ chainId, nonce, payments: [{ to, amount: AMOUNT_USDC6 }] }),
          signer,
        );
        return { raw: bytesToHex0x(envelope), hash: bytesToHex0x(keccak256(envelope)) };
      },
    };
  });
}
