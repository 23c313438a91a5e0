import { concatBytes, encodeRlp, rlpUint } from "@polis/codec";
import { signatureItems, transactionItems } from "./transactionItems.ts";
import type { EthereumFields } from "./types.ts";

/**
 * The envelope of a signed transaction: rlp of its fields, v, r and s, with the type byte in front unless it is legacy.
 * @param yParity of the signature
 * @param signature r and s, 64 bytes
 */
export function encodeEthereum(fields: EthereumFields, yParity: 0 | 1, signature: Uint8Array): Uint8Array {
  const { type, chainId } = fields;
  const legacyV = (chainId === 0n ? 27n : 35n + 2n * chainId) + BigInt(yParity);
  const v = type === 0 ? rlpUint(legacyV) : rlpUint(yParity);
  const list = encodeRlp([...transactionItems(fields), v, ...signatureItems(signature)]);
  return type === 0 ? list : concatBytes(Uint8Array.of(type), list);
}
