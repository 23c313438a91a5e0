import {
  addressOf,
  bytesToBigInt,
  type Digest,
  decodeRlpList,
  ok,
  type Result,
  type RlpItem,
  readRlpUint,
} from "@polis/codec";
import { zeroAddress } from "../addresses.ts";
import { refuse, type TransactionFault } from "../errors.ts";
import type { KairosParams } from "../params.ts";
import { smaller } from "../smaller.ts";
import { paymentAddress } from "./paymentAddress.ts";
import { paymentGas } from "./paymentGas.ts";
import { type Payment, type PaymentSignature, type PaymentTransaction, paymentType } from "./types.ts";

/** Most transfers in one payment (kairos 7.4). */
export const maxPayments = 256;
/** Most bytes of one memo (kairos 7.4). */
export const maxMemoBytes = 256;
const fieldCount = 14;
const maxItems = 2 + fieldCount + maxPayments * 4;
const noMemo = new Uint8Array(0);
const maxSafe = 2n ** 53n - 1n;

/**
 * Reads a payment's envelope (kairos 7.4) and checks all that needs no state: canonical form, sizes, T13, and the parts
 * of T15 that are fixed. Its signatures are left to `verifyPayment`.
 * @param envelope type byte and RLP; at most `tx.maxBytes`, checked by the caller
 * @param hash keccak of the envelope
 * @returns INVALID_FORMAT, WRONG_CHAIN, UNSUPPORTED_TYPE (kind not enabled) or LIMIT_EXCEEDED (gas)
 */
export function decodePayment(
  envelope: Uint8Array,
  hash: Digest,
  params: Pick<KairosParams, "chainId" | "tx">,
): Result<PaymentTransaction, TransactionFault> {
  const items = decodeRlpList(envelope.subarray(1), { maxBytes: params.tx.maxBytes, maxItems, maxDepth: 3 });
  if (!items.ok) return refuse("INVALID_FORMAT", items.fault.code);
  const f = items.value;
  if (f.length !== fieldCount) return refuse("INVALID_FORMAT", `a payment has ${fieldCount} fields, not ${f.length}`);
  const [chainId, nonce] = [uint(f[0]!, 8), uint(f[1]!, 8)];
  const [maxFee, maxTip] = [uint(f[2]!, 32), uint(f[3]!, 32)];
  const [validAfter, validBefore] = [uint(f[4]!, 8), uint(f[5]!, 8)];
  if (chainId < 0n || nonce < 0n || maxFee < 0n || maxTip < 0n || validAfter < 0n || validBefore < 0n) {
    return refuse("INVALID_FORMAT", "a number is not minimal or too large");
  }
  if (chainId !== params.chainId) return refuse("WRONG_CHAIN", `have ${chainId} want ${params.chainId}`);
  if (nonce === 0xffff_ffff_ffff_ffffn) return refuse("INVALID_FORMAT", "nonce must be below 2^64-1");
  if (maxTip > maxFee) return refuse("INVALID_FORMAT", "maxTip must not exceed maxFee");
  if (validAfter !== 0n && validBefore !== 0n && validAfter >= validBefore) {
    return refuse("INVALID_FORMAT", "validAfter must be below validBefore");
  }
  const payments = readPayments(f[6]!);
  if (typeof payments === "string") return refuse("INVALID_FORMAT", payments);
  const signatures = readSignatures(f, params.tx.paymentKinds);
  if (!signatures.ok) return signatures;
  const { senderSignature, feePayerSignature } = signatures.value;
  const gas = paymentGas(payments, senderSignature.kind, feePayerSignature?.kind);
  if (gas > params.tx.maxGas) return refuse("LIMIT_EXCEEDED", `gas ${gas} above ${params.tx.maxGas}`);
  let units = 0n;
  for (const payment of payments) units += payment.amount;
  return ok({
    type: paymentType,
    hash,
    envelope,
    chainId,
    nonce,
    gas,
    maxFee,
    maxTip,
    validAfter,
    validBefore,
    validAfterS: Number(smaller(validAfter, maxSafe)),
    validBeforeS: Number(smaller(validBefore, maxSafe)),
    payments,
    value: units * 1_000_000_000_000n,
    feePayer: feePayerSignature === undefined ? undefined : addressOf(f[7] as Uint8Array),
    senderSignature,
    feePayerSignature,
    claimedSender:
      senderSignature.kind === 0 ? undefined : paymentAddress(senderSignature.kind, senderSignature.publicKey),
  });
}

/** The integer, or -1 when it is not minimal, too long or a list. */
function uint(item: RlpItem, maxBytes: number): bigint {
  const read = readRlpUint(item, maxBytes);
  return read.ok ? read.value : -1n;
}

/** The transfers, or a text that says what is wrong. */
function readPayments(list: RlpItem): readonly Payment[] | string {
  if (list instanceof Uint8Array) return "payments must be a list";
  if (list.length < 1 || list.length > maxPayments) return `1..${maxPayments} payments, not ${list.length}`;
  const payments: Payment[] = [];
  for (const entry of list) {
    if (entry instanceof Uint8Array || entry.length !== 3) return "a payment is [to, amount, memo]";
    const [to, amount, memo] = entry;
    if (!(to instanceof Uint8Array) || to.length !== 20) return "a recipient has 20 bytes";
    if (!(amount instanceof Uint8Array) || amount.length < 1 || amount.length > 16 || amount[0] === 0) {
      return "an amount is 1..2^128-1";
    }
    if (!(memo instanceof Uint8Array) || memo.length > maxMemoBytes) return `a memo has at most ${maxMemoBytes} bytes`;
    const recipient = addressOf(to);
    if (recipient === zeroAddress) return "a recipient must not be the zero address";
    // One empty memo for all, because most payments have none and each view costs a hundred bytes.
    payments.push({ to: recipient, amount: bytesToBigInt(amount), memo: memo.length === 0 ? noMemo : memo });
  }
  return payments;
}

interface Signatures {
  readonly senderSignature: PaymentSignature;
  readonly feePayerSignature: PaymentSignature | undefined;
}

function readSignatures(f: readonly RlpItem[], kinds: readonly number[]): Result<Signatures, TransactionFault> {
  const senderSignature = readSignature(f[8]!, f[9]!, f[10]!);
  if (senderSignature === undefined) return refuse("INVALID_FORMAT", "kind, publicKey or signature");
  if (!kinds.includes(senderSignature.kind)) return refuse("UNSUPPORTED_TYPE", `kind ${senderSignature.kind}`);
  const feePayer = f[7]!;
  if (!(feePayer instanceof Uint8Array)) return refuse("INVALID_FORMAT", "feePayer");
  if (feePayer.length === 0) {
    const rest = [f[11]!, f[12]!, f[13]!];
    if (rest.some((item) => !(item instanceof Uint8Array) || item.length !== 0)) {
      return refuse("INVALID_FORMAT", "fee payer fields without a fee payer");
    }
    return ok({ senderSignature, feePayerSignature: undefined });
  }
  const feePayerSignature = readSignature(f[11]!, f[12]!, f[13]!);
  if (feePayer.length !== 20 || feePayerSignature === undefined) {
    return refuse("INVALID_FORMAT", "feePayer, its kind, publicKey or signature");
  }
  if (!kinds.includes(feePayerSignature.kind)) return refuse("UNSUPPORTED_TYPE", `kind ${feePayerSignature.kind}`);
  return ok({ senderSignature, feePayerSignature });
}

/** Lengths by kind: public key, signature. */
const shapes: readonly (readonly [number, number])[] = [
  [0, 65],
  [32, 64],
  [64, 64],
];

function readSignature(kindItem: RlpItem, publicKey: RlpItem, signature: RlpItem): PaymentSignature | undefined {
  if (!(kindItem instanceof Uint8Array && publicKey instanceof Uint8Array && signature instanceof Uint8Array)) {
    return undefined;
  }
  if (kindItem.length > 1 || kindItem[0] === 0) return undefined;
  const kind = kindItem[0] ?? 0;
  const shape = shapes[kind];
  if (shape === undefined || publicKey.length !== shape[0] || signature.length !== shape[1]) return undefined;
  return { kind: kind as 0 | 1 | 2, publicKey, signature };
}
