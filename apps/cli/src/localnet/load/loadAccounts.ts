import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type Address, bytesToHex0x } from "@polis/codec";
import { ethereumAddress, keccak256, secp256k1 } from "@polis/crypto";
import { buildPayment, createPaymentSigner, signEthereumTransaction, signPayment } from "@polis/kairos";
import type { LoadAccount } from "./lane.ts";

/** Accounts that pay each other in a local network: fresh Ed25519 keys, kept in one private file. */
export interface LoadKeys {
  readonly secrets: readonly Uint8Array[];
  readonly addresses: readonly Address[];
}

/** What the accounts send: payments of type 0x4b signed with Ed25519, or native transfers of Ethereum's type 2. */
export type LoadKind = "payments" | "transfers";

const SIGNATURE_KIND_ED25519 = 1;
/** One cent, in 10^-6 USDC. */
const AMOUNT_USDC6 = 10_000n;
const AMOUNT_USDC18 = AMOUNT_USDC6 * 10n ** 12n;
/** Above the cap of the base fee. */
const MAX_FEE_PER_GAS = 10n ** 12n;

/**
 * Reads the keys of an earlier run, or makes new ones from the operating system's randomness (kairos K6).
 * @param file JSON list of hex secrets, mode 0600.
 */
export function loadOrCreateKeys(file: string, count: number, kind: LoadKind = "payments"): LoadKeys {
  const secrets = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as string[]).map((hex) => Uint8Array.fromHex(hex))
    : Array.from({ length: count }, () => new Uint8Array(randomBytes(32)));
  if (!existsSync(file)) writeFileSync(file, `${JSON.stringify(secrets.map((s) => s.toHex()))}\n`, { mode: 0o600 });
  return { secrets, addresses: secrets.map((secret) => addressOf(secret, kind)) };
}

function addressOf(secret: Uint8Array, kind: LoadKind): Address {
  // Any 32 random bytes are a secret of secp256k1, but for a chance of 2^-128.
  if (kind === "transfers") return ethereumAddress(secp256k1.publicKey(secret)!);
  return createPaymentSigner(SIGNATURE_KIND_ED25519, secret).address;
}

/** Makes payers: account i pays one cent to account i+1, around the circle, so that nobody runs dry. */
export function createLoadAccounts(
  keys: LoadKeys,
  chainId: bigint,
  kind: LoadKind = "payments",
): readonly LoadAccount[] {
  return keys.secrets.map((secret, i) => {
    const to = keys.addresses[(i + 1) % keys.addresses.length] as Address;
    const sign = kind === "payments" ? paymentsOf(secret, to, chainId) : transfersOf(secret, to, chainId);
    return {
      addressHex: keys.addresses[i]!,
      sign: (nonce) => {
        const envelope = sign(nonce);
        return { raw: bytesToHex0x(envelope), hash: bytesToHex0x(keccak256(envelope)) };
      },
    };
  });
}

function paymentsOf(secret: Uint8Array, to: Address, chainId: bigint): (nonce: bigint) => Uint8Array {
  const signer = createPaymentSigner(SIGNATURE_KIND_ED25519, secret);
  return (nonce) => signPayment(buildPayment({ chainId, nonce, payments: [{ to, amount: AMOUNT_USDC6 }] }), signer);
}

function transfersOf(secret: Uint8Array, to: Address, chainId: bigint): (nonce: bigint) => Uint8Array {
  const draft = { type: 2, chainId, gas: 21_000n, maxFeePerGas: MAX_FEE_PER_GAS, to, value: AMOUNT_USDC18 } as const;
  return (nonce) => signEthereumTransaction({ ...draft, nonce }, secret);
}
