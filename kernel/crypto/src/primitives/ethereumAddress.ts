import { type Address, addressOf } from "@polis/codec";
import { keccak256 } from "../native/primitives.ts";

/** The account address of a 64-byte secp256k1 public key: the last 20 bytes of its Keccak-256. */
export function ethereumAddress(publicKey: Uint8Array): Address {
  return addressOf(keccak256(publicKey).subarray(12));
}
