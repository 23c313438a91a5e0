import { type Payment, type SignatureKind, signatureKind } from "./types.ts";

/**
 * Gas of a payment (kairos T13): 12,000 + 9,000 per transfer + 16 per memo byte + 4,000 with a fee payer + 3,500 per
 * P-256 signature. It is charged in full, so gas used equals gas.
 * @param feePayerKind undefined when the sender pays the fee
 * @example paymentGas([{ to, amount: 1n, memo: new Uint8Array(0) }], 1, undefined) // 21000n
 */
export function paymentGas(
  payments: readonly Payment[],
  kind: SignatureKind,
  feePayerKind: SignatureKind | undefined,
): bigint {
  let gas = 12_000 + 9_000 * payments.length;
  for (const payment of payments) gas += 16 * payment.memo.length;
  if (feePayerKind !== undefined) gas += 4_000;
  if (kind === signatureKind.p256) gas += 3_500;
  if (feePayerKind === signatureKind.p256) gas += 3_500;
  return BigInt(gas);
}
