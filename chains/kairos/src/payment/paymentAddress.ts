import { type Address, addressOf, concatBytes } from "@polis/codec";
import { ethereumAddress, keccak256 } from "@polis/crypto";
import { type SignatureKind, signatureKind } from "./types.ts";

/**
 * The account of a key (kairos T12). Kind 0: the Ethereum address of the 64-byte key. Kind 1 and 2: the last 20 bytes
 * of keccak(kind byte, public key).
 * @param publicKey 64 bytes for kinds 0 and 2, 32 bytes for kind 1
 */
export function paymentAddress(kind: SignatureKind, publicKey: Uint8Array): Address {
  if (kind === signatureKind.secp256k1) return ethereumAddress(publicKey);
  return addressOf(keccak256(concatBytes(Uint8Array.of(kind), publicKey)).subarray(12));
}
