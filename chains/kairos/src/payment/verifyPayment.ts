import { type Address, ok, type Result } from "@polis/codec";
import { ed25519, ethereumAddress, p256, secp256k1 } from "@polis/crypto";
import { refuse, type TransactionFault } from "../errors.ts";
import { feePayerDigest, senderDigest } from "./digests.ts";
import { paymentAddress } from "./paymentAddress.ts";
import { type PaymentSignature, type PaymentTransaction, signatureKind } from "./types.ts";

/**
 * Checks the signatures of a payment by the one rule of K3 and derives its sender (T3, T11, T12).
 * @returns the sender, or INVALID_SIGNATURE
 */
export function verifyPayment(transaction: PaymentTransaction): Result<Address, TransactionFault> {
  const digest = senderDigest(transaction);
  const sender = signerOf(digest, transaction.senderSignature, transaction.claimedSender);
  if (sender === undefined) return refuse("INVALID_SIGNATURE", "sender");
  const { feePayer, feePayerSignature } = transaction;
  if (feePayerSignature === undefined) return ok(sender);
  if (feePayer === sender) return refuse("INVALID_SIGNATURE", "the fee payer must differ from the sender");
  const payer = signerOf(feePayerDigest(digest, sender), feePayerSignature, undefined);
  if (payer === undefined || payer !== feePayer) return refuse("INVALID_SIGNATURE", "fee payer");
  return ok(sender);
}

/**
 * The account whose key signed `digest`, or undefined. ECDSA kinds sign the digest as it is; s must be low.
 * @param claimed the address of the public key, when it is known already
 */
function signerOf(digest: Uint8Array, signed: PaymentSignature, claimed: Address | undefined): Address | undefined {
  const { kind, publicKey, signature } = signed;
  if (kind === signatureKind.secp256k1) {
    const parity = signature[64]!;
    if (parity > 1) return undefined;
    const recovered = secp256k1.recover(digest, signature.subarray(0, 64), parity);
    return recovered === undefined ? undefined : ethereumAddress(recovered);
  }
  const scheme = kind === signatureKind.ed25519 ? ed25519 : p256;
  return scheme.verify(digest, signature, publicKey) ? (claimed ?? paymentAddress(kind, publicKey)) : undefined;
}
