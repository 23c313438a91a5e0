import { type Address, concatBytes } from "@polis/codec";
import { ed25519, keccak256, p256, secp256k1 } from "@polis/crypto";
import { feePayerDigest } from "./digests.ts";
import { encodePayment, paymentPreimage } from "./encodePayment.ts";
import { paymentAddress } from "./paymentAddress.ts";
import { type PaymentFields, type PaymentSignature, type SignatureKind, signatureKind } from "./types.ts";

/** A key that signs payments: the sender's or a sponsor's. */
export interface PaymentSigner {
  readonly kind: SignatureKind;
  /** As it stands in the envelope: empty for kind 0. */
  readonly publicKey: Uint8Array;
  readonly address: Address;
  /** Signs a 32-byte digest; 65 bytes for kind 0, else 64. */
  sign(digest: Uint8Array): Uint8Array;
}

/**
 * Makes a signer from a 32-byte secret. Throws a RangeError when the secret is not one of the kind.
 * @example createPaymentSigner(1, seed).address
 */
export function createPaymentSigner(kind: SignatureKind, secret: Uint8Array): PaymentSigner {
  if (kind === signatureKind.ed25519) {
    const publicKey = ed25519.publicKey(secret);
    const address = paymentAddress(kind, publicKey);
    // With its public key behind it a seed need not be expanded for every signature.
    const expanded = concatBytes(secret, publicKey);
    return { kind, publicKey, address, sign: (digest) => ed25519.sign(digest, expanded) };
  }
  const curve = kind === signatureKind.p256 ? p256 : secp256k1;
  const publicKey = curve.publicKey(secret);
  if (publicKey === undefined) throw new RangeError("the secret is not in 1..N-1");
  const address = paymentAddress(kind, publicKey);
  if (kind === signatureKind.p256) {
    return { kind, publicKey, address, sign: (digest) => required(p256.sign(digest, secret)) };
  }
  return {
    kind,
    publicKey: new Uint8Array(0),
    address,
    sign: (digest) => {
      const { signature, recovery } = required(secp256k1.sign(digest, secret));
      const out = new Uint8Array(65);
      out.set(signature);
      out[64] = recovery;
      return out;
    },
  };
}

/**
 * Signs a payment and gives its envelope (kairos T11). With a fee payer, `sponsor` signs over the sender's digest; its
 * address must be `fields.feePayer`.
 * @example signPayment(buildPayment({ chainId: 52471n, nonce: 0n, payments: [{ to, amount: 1_000_000n }] }), signer)
 */
export function signPayment(fields: PaymentFields, signer: PaymentSigner, sponsor?: PaymentSigner): Uint8Array {
  if (fields.feePayer !== sponsor?.address) throw new RangeError("feePayer must be the sponsor's address");
  const digest = keccak256(paymentPreimage(fields, signer));
  const sender = signatureOf(signer, digest);
  if (sponsor === undefined) return encodePayment(fields, sender, undefined);
  return encodePayment(fields, sender, signatureOf(sponsor, feePayerDigest(digest, signer.address)));
}

function signatureOf(signer: PaymentSigner, digest: Uint8Array): PaymentSignature {
  return { kind: signer.kind, publicKey: signer.publicKey, signature: signer.sign(digest) };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError("the digest has 32 bytes");
  return value;
}
