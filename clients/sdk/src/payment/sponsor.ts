import type { Address } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import {
  decodeTransaction,
  defaults,
  encodePayment,
  feePayerDigest,
  type PaymentFields,
  type PaymentTransaction,
  paymentPreimage,
  verifyTransaction,
} from "@polis/kairos";
import { SdkError } from "../errors/sdkError.ts";
import { parseAddress } from "../text/address.ts";
import { bytesOf, type Hex, hexOf } from "../text/hex.ts";
import type { Wallet } from "../wallet/wallet.ts";
import { type SignedTransaction, signedTransaction } from "./signedTransaction.ts";

/** The sender's half of a sponsored payment, as JSON that may travel. */
export interface SponsorRequest {
  /** The envelope, with zeros where the sponsor's key and signature belong. */
  readonly payment: Hex;
  readonly from: Hex;
  readonly sponsor: Hex;
}

/** What a sponsor decides about before it signs: it pays up to `maxFee` and nothing else (kairos 7.5). */
export type SponsoredTerms = Pick<PaymentFields, "chainId" | "nonce" | "maxFee" | "payments" | "validBefore"> & {
  readonly from: Hex;
};

const limits = { ...defaults.tx, maxGas: 1n << 63n };

/** Signs the sender's half. */
export function startSponsored(fields: PaymentFields, wallet: Wallet): SponsorRequest {
  const { kind, publicKey } = wallet.signer;
  const own = { kind, publicKey, signature: wallet.sign(keccak256(paymentPreimage(fields, { kind, publicKey }))) };
  const open = { kind: 1 as const, publicKey: new Uint8Array(32), signature: new Uint8Array(64) };
  return { payment: hexOf(encodePayment(fields, own, open)), from: wallet.address, sponsor: `0x${fields.feePayer!}` };
}

/**
 * What a request asks of its sponsor. That `from` signed it is checked by `sponsorPayment`.
 * @param chainId the chain that the sponsor pays on
 * @throws SdkError PAYMENT for anything but a request for this chain
 * @example
 * const place = { chainId: 52_470n, nonce: 0n };
 * const request = PaymentBuilder.pay(alice.address, "1").sponsor(bob).signForSponsor(carol, place);
 * readSponsorRequest(request, 52_470n).payments.length; // => 1
 */
export function readSponsorRequest(request: SponsorRequest, chainId: bigint): SponsoredTerms {
  const { nonce, maxFee, payments, validBefore } = decode(bytesOf(request.payment), chainId);
  return { chainId, nonce, maxFee, payments, validBefore, from: `0x${parseAddress(request.from)}` };
}

/**
 * The sponsor's half: signs and gives the payment, which anybody may send then. Both signatures are checked as a node does.
 * @throws SdkError PAYMENT when the request is not for this wallet, or not signed by its sender
 * @example
 * const place = { chainId: 52_470n, nonce: 0n };
 * const half = PaymentBuilder.pay(alice.address, "1").sponsor({ address: bob.address, kind: "p256" });
 * sponsorPayment(half.signForSponsor(carol, place), bob, 52_470n).hash.length; // => 66
 */
export function sponsorPayment(request: SponsorRequest, sponsor: Wallet, chainId: bigint): SignedTransaction {
  const payment = decode(bytesOf(request.payment), chainId);
  const { senderSignature } = payment;
  const { kind, publicKey, address } = sponsor.signer;
  const from: Address = parseAddress(request.from);
  if (payment.feePayer !== address) throw bad("it names another sponsor");
  const digest = feePayerDigest(keccak256(paymentPreimage(payment, senderSignature)), from);
  const signed = signedTransaction(
    encodePayment(payment, senderSignature, { kind, publicKey, signature: sponsor.sign(digest) }),
  );
  const verified = verifyTransaction(decode(signed.raw, chainId));
  if (!verified.ok || verified.value.sender !== from) throw bad("its sender did not sign it");
  return signed;
}

function decode(raw: Uint8Array, chainId: bigint): PaymentTransaction {
  const decoded = decodeTransaction(raw, { chainId, tx: limits });
  if (!decoded.ok) throw bad(decoded.fault.detail ?? decoded.fault.code);
  if (!("payments" in decoded.value)) throw bad("it is not a payment");
  return decoded.value;
}

function bad(why: string): SdkError {
  return new SdkError("PAYMENT", `not a payment to sponsor: ${why}`, "ask the sender for what signForSponsor gives");
}
