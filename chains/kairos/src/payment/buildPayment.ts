import type { Address } from "@polis/codec";
import { defaults } from "../params.ts";
import { paymentGas } from "./paymentGas.ts";
import type { Payment, PaymentFields, SignatureKind } from "./types.ts";

/** What a client says; everything else has a default. */
export interface PaymentRequest {
  readonly chainId: bigint;
  readonly nonce: bigint;
  /** Amounts in 10^-6 USDC. */
  readonly payments: readonly { readonly to: Address; readonly amount: bigint; readonly memo?: Uint8Array }[];
  /** Signature kind of the sender, default 1 (Ed25519): P-256 costs more gas. */
  readonly kind?: SignatureKind;
  readonly feePayer?: Address;
  readonly feePayerKind?: SignatureKind;
  /** 10^-18 USDC; default: gas at twice the floor, plus the tip. */
  readonly maxFee?: bigint;
  /** 10^-18 USDC; default 0. */
  readonly maxTip?: bigint;
  /** Unix seconds; default none. */
  readonly validAfter?: bigint;
  readonly validBefore?: bigint;
}

/**
 * Completes the fields of a payment.
 * @example buildPayment({ chainId: 52471n, nonce: 0n, payments: [{ to, amount: 2_500_000n }] }) // 2.5 USDC
 */
export function buildPayment(request: PaymentRequest): PaymentFields {
  const payments: Payment[] = request.payments.map(({ to, amount, memo }) => ({
    to,
    amount,
    memo: memo ?? new Uint8Array(0),
  }));
  const feePayerKind = request.feePayer === undefined ? undefined : (request.feePayerKind ?? 1);
  const gas = paymentGas(payments, request.kind ?? 1, feePayerKind);
  const maxTip = request.maxTip ?? 0n;
  return {
    chainId: request.chainId,
    nonce: request.nonce,
    maxFee: request.maxFee ?? gas * defaults.fees.floor * 2n + maxTip,
    maxTip,
    validAfter: request.validAfter ?? 0n,
    validBefore: request.validBefore ?? 0n,
    payments,
    feePayer: request.feePayer,
  };
}
