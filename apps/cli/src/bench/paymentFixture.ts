import { type Address, bytesToHex0x } from "@polis/codec";
import { bls, ed25519 } from "@polis/crypto";
import {
  buildPayment,
  createPaymentSigner,
  type Genesis,
  type PaymentSigner,
  parseGenesis,
  signPayment,
} from "@polis/kairos";

const CHAIN_ID = 52_470n;
const ED25519 = 1;

/** Accounts, and a genesis that funds them, for measurements without a network. Keys follow from counters. */
export interface PaymentFixture {
  readonly genesis: Genesis;
  readonly signers: readonly PaymentSigner[];
  /** The validators' BLS secrets. */
  readonly blsSecrets: readonly Uint8Array[];
}

/**
 * @param n validators
 * @param accounts payers with 1,000 USDC each
 */
export function createPaymentFixture(n: number, accounts: number): PaymentFixture {
  const signers = Array.from({ length: accounts }, (_, i) => createPaymentSigner(ED25519, secretOf(1, i)));
  const blsSecrets = Array.from({ length: n }, (_, i) => bls.keygen(secretOf(2, i)));
  const genesis = parseGenesis({
    chainId: Number(CHAIN_ID),
    network: "local",
    ...{ n, f: Math.floor((n - 1) / 5) },
    validators: blsSecrets.map((secret, i) => ({
      blsPublicKey: bytesToHex0x(bls.publicKey(secret)!),
      p2pPublicKey: bytesToHex0x(ed25519.publicKey(secretOf(3, i))),
      feeAddress: bytesToHex0x(secretOf(4, i).subarray(12)),
    })),
    treasury: `0x${"7e".repeat(20)}`,
    alloc: Object.fromEntries(signers.map(({ address }) => [`0x${address}`, { balance: `${1_000n * 10n ** 18n}` }])),
    // Room for 5,000 payments of 21,000 gas, with a base fee that stays where it is.
    block: { gasLimit: "600000000" },
    fees: { targetGas: "300000000" },
  });
  return { genesis, signers, blsSecrets };
}

/** An envelope with a real signature: account `from` pays 0.001 USDC to another. */
export function envelopeOf({ signers }: PaymentFixture, from: number, nonce: number, maxTip = 0n): Uint8Array {
  return signPayment(fieldsOf(signers, from, nonce, maxTip), signers[from]!);
}

/**
 * The same envelope with 64 zero bytes for a signature, for work that starts after a signature worker has proved the
 * sender: nothing in it looks at the signature.
 */
export function provenEnvelopeOf({ signers }: PaymentFixture, from: number, nonce: number, maxTip = 0n): Uint8Array {
  const signer = { ...signers[from]!, sign: () => new Uint8Array(64) };
  return signPayment(fieldsOf(signers, from, nonce, maxTip), signer);
}

function fieldsOf(signers: readonly PaymentSigner[], from: number, nonce: number, maxTip: bigint) {
  const to: Address = signers[(from * 31 + 17) % signers.length]!.address;
  return buildPayment({ chainId: CHAIN_ID, nonce: BigInt(nonce), maxTip, payments: [{ to, amount: 1_000n }] });
}

function secretOf(kind: number, i: number): Uint8Array {
  const secret = new Uint8Array(32).fill(9);
  secret[0] = kind;
  secret[29] = i >> 16;
  secret[30] = (i >> 8) & 255;
  secret[31] = i & 255;
  return secret;
}
