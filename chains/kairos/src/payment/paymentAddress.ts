import { type Address, addressOf, concatBytes } from "@polis/codec";
import { ethereumAddress, keccak256 } from "@polis/crypto";
import { RecentCache } from "@polis/state";
import { type SignatureKind, signatureKind } from "./types.ts";

/**
 * The account of a key (kairos T12). Kind 0: the Ethereum address of the 64-byte key. Kind 1 and 2: the last 20 bytes
 * of keccak(kind byte, public key).
 * @param publicKey 64 bytes for kinds 0 and 2, 32 bytes for kind 1
 */
export function paymentAddress(kind: SignatureKind, publicKey: Uint8Array): Address {
  if (kind === signatureKind.secp256k1) return ethereumAddress(publicKey);
  const name = publicKey.toHex();
  const known = addresses[kind].get(name);
  if (known !== undefined) return known;
  const found = addressOf(keccak256(concatBytes(Uint8Array.of(kind), publicKey)).subarray(12));
  addresses[kind].set(name, found);
  return found;
}

/** Addresses by kind and by key in hex, as seen lately: an account mostly pays more than once. About 300 bytes each. */
const addresses = {
  [signatureKind.ed25519]: new RecentCache<string, Address>(32_768),
  [signatureKind.p256]: new RecentCache<string, Address>(32_768),
};
