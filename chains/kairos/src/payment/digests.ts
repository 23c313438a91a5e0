import { type Address, rlpSize, rlpUint, Writer } from "@polis/codec";
import { kairosTags, keccak256, tagBytes } from "@polis/crypto";
import { type PaymentTransaction, paymentType } from "./types.ts";

const feePayerTag = tagBytes(kairosTags.feePayer);
const none = new Uint8Array(0);

/**
 * The 32 bytes the sender signed (kairos T11). The ten signed items stand together in the envelope, whose form is
 * canonical, so they are hashed from there behind a list head of their own length.
 */
export function senderDigest(transaction: PaymentTransaction): Uint8Array {
  const { envelope, senderSignature, feePayerSignature } = transaction;
  const start = 1 + headSize(envelope[1]!);
  const unsigned =
    rlpSize(senderSignature.signature) +
    rlpSize(feePayerSignature === undefined ? none : rlpUint(feePayerSignature.kind)) +
    rlpSize(feePayerSignature?.publicKey ?? none) +
    rlpSize(feePayerSignature?.signature ?? none);
  return keccak256(withListHead(envelope.subarray(start, envelope.length - unsigned)));
}

/** The 32 bytes the fee payer signed (kairos T11): bound to one transaction and one sender. */
export function feePayerDigest(digestOfSender: Uint8Array, sender: Address): Uint8Array {
  const preimage = new Writer(feePayerTag.length + 32 + 20)
    .bytes(feePayerTag)
    .bytes(digestOfSender)
    .hex(sender)
    .finish();
  return keccak256(preimage);
}

/** Bytes of a list's head, from its first byte. */
function headSize(first: number): number {
  return first < 0xf8 ? 1 : 1 + (first - 0xf7);
}

/** 0x4b, a list head, and the items. */
function withListHead(items: Uint8Array): Uint8Array {
  const length = items.length;
  const lengthBytes = length < 56 ? 0 : length < 0x100 ? 1 : length < 0x1_0000 ? 2 : 3;
  const out = new Uint8Array(2 + lengthBytes + length);
  out[0] = paymentType;
  out[1] = lengthBytes === 0 ? 0xc0 + length : 0xf7 + lengthBytes;
  for (let i = 0; i < lengthBytes; i++) out[2 + i] = length >>> ((lengthBytes - 1 - i) * 8);
  out.set(items, 2 + lengthBytes);
  return out;
}
