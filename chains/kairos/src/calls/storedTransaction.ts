import type { KairosParams } from "../params.ts";
import { decodeTransaction } from "../transaction/decodeTransaction.ts";
import type { DecodedTransaction } from "../transaction/types.ts";

/** Decodes an envelope of an executed block; its signature was checked then. Throws when the row is damaged (S5). */
export function storedTransaction(
  envelope: Uint8Array,
  params: Pick<KairosParams, "chainId" | "tx">,
): DecodedTransaction {
  const decoded = decodeTransaction(envelope, params);
  if (!decoded.ok) throw new Error(`a stored transaction is damaged: ${decoded.fault.code}`);
  return decoded.value;
}
