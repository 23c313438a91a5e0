import type { Address } from "@polis/codec";
import type { SignedTransaction } from "../transaction/types.ts";

/** EIP-2718 type of a Kairos payment. */
export const paymentType = 0x4b;

/** Signature kinds of a payment (kairos 7.4). Kind 3 (WebAuthn) is an extension. */
export const signatureKind = { secp256k1: 0, ed25519: 1, p256: 2 } as const;

/** 0 secp256k1, 1 Ed25519, 2 P-256. */
export type SignatureKind = 0 | 1 | 2;

/** One transfer of a batch. */
export interface Payment {
  readonly to: Address;
  /** 10^-6 USDC, above 0, below 2^128. */
  readonly amount: bigint;
  /** 0..256 bytes. */
  readonly memo: Uint8Array;
}

/** A signature as it stands in an envelope. */
export interface PaymentSignature {
  readonly kind: SignatureKind;
  /** Empty for kind 0, 32 bytes for kind 1, 64 bytes (x, y) for kind 2. */
  readonly publicKey: Uint8Array;
  /** 65 bytes (r, s, yParity) for kind 0, else 64. */
  readonly signature: Uint8Array;
}

/** The eight fields that a client chooses (kairos 7.4). Fees in 10^-18 USDC, times in Unix seconds, 0 for none. */
export interface PaymentFields {
  readonly chainId: bigint;
  readonly nonce: bigint;
  readonly maxFee: bigint;
  readonly maxTip: bigint;
  readonly validAfter: bigint;
  readonly validBefore: bigint;
  readonly payments: readonly Payment[];
  /** Account that pays the fee; undefined when the sender does. */
  readonly feePayer: Address | undefined;
}

/** A decoded payment. */
export interface PaymentTransaction extends SignedTransaction, PaymentFields {
  readonly type: typeof paymentType;
  readonly senderSignature: PaymentSignature;
  /** Present exactly when `feePayer` is. */
  readonly feePayerSignature: PaymentSignature | undefined;
  /** The sender that the public key names (T12), to be proved by the signature; undefined for kind 0, which is recovered. */
  readonly claimedSender: Address | undefined;
  /** Sum of the amounts in 10^-18 USDC. */
  readonly value: bigint;
  /** The window as numbers below 2^53; larger values are cut to it, which changes no comparison with a block time. */
  readonly validAfterS: number;
  readonly validBeforeS: number;
}
