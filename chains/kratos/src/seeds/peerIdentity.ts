import type { Digest } from "@polis/codec";
import { base58 } from "./base58.ts";

/** Identity multihash of 36 bytes, which hold the protobuf key of type Ed25519 (1) with 32 bytes of data. */
const HEADER = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20);

/**
 * The libp2p peer id of an Ed25519 key: the key itself, as an identity multihash in base58 (libp2p peer ids; kratos-core 1.3).
 * @param publicKey the network key, not that of an account
 * @example libp2pPeerId(key) // "12D3KooW…"
 */
export function libp2pPeerId(publicKey: Digest): string {
  const bytes = new Uint8Array(HEADER.length + 32);
  bytes.set(HEADER);
  bytes.set(Uint8Array.fromHex(publicKey), HEADER.length);
  return base58(bytes);
}
