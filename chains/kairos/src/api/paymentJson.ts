import { bytesToHex0x, quantityOf } from "@polis/codec";
import type { PaymentSignature, PaymentTransaction, SignatureKind } from "../payment/types.ts";
import { feeCapOf, tipCapOf } from "./gasPrices.ts";
import type { Json } from "./method.ts";
import { signatureWords } from "./signatureWords.ts";

const kindNames: Readonly<Record<SignatureKind, string>> = { 0: "secp256k1", 1: "ed25519", 2: "p256" };

/**
 * The fields of a payment in the form of kairos T17: those every Ethereum library parses (`to` is the first recipient,
 * `value` the sum in 18 decimals), and the payment's own beside them.
 */
export function paymentJson(transaction: PaymentTransaction): Record<string, Json> {
  return {
    chainId: quantityOf(transaction.chainId),
    to: `0x${transaction.payments[0]!.to}`,
    value: quantityOf(transaction.value),
    maxFeePerGas: quantityOf(feeCapOf(transaction)),
    maxPriorityFeePerGas: quantityOf(tipCapOf(transaction)),
    input: "0x",
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

/** r, s and yParity where the kind has them, so that libraries parse the object; the signature itself beside them. */
function signatureJson({ kind, publicKey, signature }: PaymentSignature): Record<string, Json> {
  const own = {
    signatureKind: kindNames[kind],
    publicKey: bytesToHex0x(publicKey),
    signature: bytesToHex0x(signature),
  };
  const parity = kind === 0 ? quantityOf(signature[64]!) : "0x0";
  return { ...own, ...signatureWords(signature), v: parity, yParity: parity };
}
