import type { Fault } from "@polis/codec";
import type { EthereumTransaction } from "../ethereum/types.ts";
import { type PaymentTransaction, paymentType } from "../payment/types.ts";
import type { DecodedTransaction } from "../transaction/types.ts";

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

/** The value of a result that a test expects to be good; throws with the fault's code and detail otherwise. */
export function expectOk<T>(result: Outcome<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.fault.code}: ${result.fault.detail}`);
}

/** The code of a fault, or "ok". */
export function codeOf(result: Outcome<unknown>): string {
  return result.ok ? "ok" : result.fault.code;
}

/** The decoded transaction of a test that made a payment. */
export function expectPayment(result: Outcome<DecodedTransaction>): PaymentTransaction {
  const transaction = expectOk(result);
  if (transaction.type !== paymentType) throw new Error(`type ${transaction.type} is no payment`);
  return transaction;
}

/** The decoded transaction of a test that made an Ethereum transaction. */
export function expectEthereum(result: Outcome<DecodedTransaction>): EthereumTransaction {
  const transaction = expectOk(result);
  if (transaction.type === paymentType) throw new Error("a payment is no Ethereum transaction");
  return transaction;
}
