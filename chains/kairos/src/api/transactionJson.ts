import { bytesToHex0x, quantityOf } from "@polis/codec";
import { paymentFee } from "../fees/paymentFee.ts";
import type { PaymentSignature, PaymentTransaction, SignatureKind } from "../payment/types.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import type { ApiBlock } from "./backend.ts";
import type { Json } from "./method.ts";

/** Where a transaction stands in an executed block. */
export interface Place {
  readonly block: ApiBlock;
  readonly index: number;
}

const kindNames: Readonly<Record<SignatureKind, string>> = { 0: "secp256k1", 1: "ed25519", 2: "p256" };

/**
 * A payment in the form of kairos T17: the fields every Ethereum library parses (`to` is the first recipient, `value` the
 * sum in 18 decimals), and the payment's own beside them. The block fields are null while it is in no block.
 */
export function transactionJson(verified: VerifiedTransaction, place: Place | undefined): Json {
  const { transaction, sender } = verified;
  const feeCap = transaction.maxFee / transaction.gas;
  return {
    type: quantityOf(transaction.type),
    hash: `0x${transaction.hash}`,
    chainId: quantityOf(transaction.chainId),
    nonce: quantityOf(transaction.nonce),
    from: `0x${sender}`,
    to: `0x${transaction.payments[0]!.to}`,
    value: quantityOf(transaction.value),
    gas: quantityOf(transaction.gas),
    gasPrice: quantityOf(place === undefined ? feeCap : effectiveGasPrice(transaction, place.block)),
    maxFeePerGas: quantityOf(feeCap),
    maxPriorityFeePerGas: quantityOf(transaction.maxTip / transaction.gas),
    input: "0x",
    ...placeJson(place),
    ...signatureJson(transaction.senderSignature),
    maxFee: quantityOf(transaction.maxFee),
    maxTip: quantityOf(transaction.maxTip),
    validAfter: quantityOf(transaction.validAfter),
    validBefore: quantityOf(transaction.validBefore),
    feePayer: transaction.feePayer === undefined ? null : `0x${transaction.feePayer}`,
    payments: transaction.payments.map(({ to, amount, memo }) => ({
      to: `0x${to}`,
      amount: quantityOf(amount),
      memo: bytesToHex0x(memo),
    })),
  };
}

/** The price per gas that a payment pays in its block (kairos T14). */
export function effectiveGasPrice(transaction: PaymentTransaction, block: Pick<ApiBlock, "header">): bigint {
  const { gas, maxFee, maxTip } = transaction;
  const fee = paymentFee(gas, maxFee, maxTip, block.header.baseFeePerGas);
  if (fee === undefined) throw new Error("a transaction of an executed block does not pay its base fee");
  return fee.effectiveGasPrice;
}

function placeJson(place: Place | undefined): Record<string, Json> {
  if (place === undefined) return { blockHash: null, blockNumber: null, transactionIndex: null };
  return {
    blockHash: `0x${place.block.digest}`,
    blockNumber: quantityOf(place.block.header.number),
    transactionIndex: quantityOf(place.index),
  };
}

/** r, s and yParity where the kind has them, so that libraries parse the object; the signature itself beside them. */
function signatureJson({ kind, publicKey, signature }: PaymentSignature): Record<string, Json> {
  const own = {
    signatureKind: kindNames[kind],
    publicKey: bytesToHex0x(publicKey),
    signature: bytesToHex0x(signature),
  };
  const r = quantityOf(BigInt(bytesToHex0x(signature.subarray(0, 32))));
  const s = quantityOf(BigInt(bytesToHex0x(signature.subarray(32, 64))));
  const parity = kind === 0 ? quantityOf(signature[64]!) : "0x0";
  return { ...own, r, s, v: parity, yParity: parity };
}
