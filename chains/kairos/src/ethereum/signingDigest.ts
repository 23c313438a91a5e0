import { concatBytes, encodeRlp, type RlpItem, rlpUint } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { transactionItems } from "./transactionItems.ts";
import type { EthereumFields, SignedAuthorization } from "./types.ts";

/**
 * What the sender signs: keccak(type ‖ rlp(fields)), of a legacy transaction keccak(rlp(six fields, chain id, 0, 0)), or of
 * the six fields alone when it names no chain (EIP-155, EIP-2718).
 * @returns 32 bytes
 */
export function signingDigest(fields: EthereumFields): Uint8Array {
  const items = transactionItems(fields);
  if (fields.type !== 0) return keccak256(concatBytes(Uint8Array.of(fields.type), encodeRlp(items)));
  const none = new Uint8Array(0);
  const tail: RlpItem[] = fields.chainId === 0n ? [] : [rlpUint(fields.chainId), none, none];
  return keccak256(encodeRlp([...items, ...tail]));
}

/** What an authority signs: keccak(0x05 ‖ rlp([chainId, address, nonce])) (EIP-7702). */
export function authorizationDigest(
  authorization: Pick<SignedAuthorization, "chainId" | "address" | "nonce">,
): Uint8Array {
  const { chainId, address, nonce } = authorization;
  const list = encodeRlp([rlpUint(chainId), Uint8Array.fromHex(address), rlpUint(nonce)]);
  return keccak256(concatBytes(Uint8Array.of(5), list));
}
