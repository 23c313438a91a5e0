import { type TransactionErrorName, type TransactionFault, transactionErrors } from "../errors.ts";
import { type Answer, refusal } from "./method.ts";

/** JSON-RPC codes of refused transactions that are not -32000 (kairos 7.6). */
const codes: Partial<Record<TransactionErrorName, number>> = {
  INVALID_FORMAT: -32602,
  MEMPOOL_FULL: -32003,
  INTERNAL: -32603,
  NOT_SYNCED: -32002,
};

/**
 * The JSON-RPC error of a refused transaction (kairos 7.6): the text that wallets recognise, and name and number of the
 * refusal as data.
 */
export function errorAnswer(fault: TransactionFault): Answer {
  const { code, text } = transactionErrors[fault.code];
  return refusal(codes[fault.code] ?? -32000, fault.detail ?? text, { name: fault.code, code });
}
