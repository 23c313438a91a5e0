import { asciiBytes, type Digest, type Epoch, type View, Writer } from "@polis/codec";
import type { ProposalClaim, StatusClaim } from "./types.ts";

/** The domain tags of everything a Kairos key signs or hashes (kairos 2.3). */
export const kairosTags = {
  propose: "KAIROS_PROPOSE_V1",
  notarize: "KAIROS_NOTARIZE_V1",
  nullify: "KAIROS_NULLIFY_V1",
  seed: "KAIROS_SEED_V1",
  status: "KAIROS_STATUS_V1",
  randao: "KAIROS_RANDAO_V1",
  leader: "KAIROS_LEADER_V1",
  p2pBind: "KAIROS_P2P_BIND_V1",
  feePayer: "KAIROS_FEEPAYER_V1",
  keystore: "KAIROS_KEYSTORE_V1",
  epoch: "KAIROS_EPOCH_V1",
} as const;

/** The one-byte length of a tag, then the tag: the start of every payload (kairos K1). */
export function tagBytes(tag: string): Uint8Array {
  const ascii = asciiBytes(tag);
  return new Writer(1 + ascii.length).u8(ascii.length).bytes(ascii).finish();
}

const prefixes = {
  propose: tagBytes(kairosTags.propose),
  notarize: tagBytes(kairosTags.notarize),
  nullify: tagBytes(kairosTags.nullify),
  seed: tagBytes(kairosTags.seed),
  status: tagBytes(kairosTags.status),
  p2pBind: tagBytes(kairosTags.p2pBind),
} as const;

/** tag ‖ genesisHash ‖ epoch ‖ view, with room for `fields` more bytes. */
function head(tag: Uint8Array, genesisHash: Digest, epoch: Epoch, view: View, fields: number): Writer {
  return new Writer(tag.length + 48 + fields).bytes(tag).hex(genesisHash).u64(epoch).u64(view);
}

/** What a leader signs beside its own notarize vote: 138 bytes (kairos K1). */
export function encodeProposePayload(genesisHash: Digest, claim: ProposalClaim): Uint8Array {
  return head(prefixes.propose, genesisHash, claim.epoch, claim.view, 72)
    .hex(claim.digest)
    .u64(claim.parentView)
    .hex(claim.parentDigest)
    .finish();
}

/** The message of a notarize vote, a notarization and a finalization: 99 bytes (kairos K1, K2). */
export function encodeNotarizePayload(genesisHash: Digest, epoch: Epoch, view: View, digest: Digest): Uint8Array {
  return head(prefixes.notarize, genesisHash, epoch, view, 32).hex(digest).finish();
}

/** The message of a nullify vote and a nullification: 66 bytes (kairos K1, K2). */
export function encodeNullifyPayload(genesisHash: Digest, epoch: Epoch, view: View): Uint8Array {
  return head(prefixes.nullify, genesisHash, epoch, view, 0).finish();
}

/** The message whose threshold signature is the seed of a view: 63 bytes (kairos K18). */
export function encodeSeedPayload(genesisHash: Digest, epoch: Epoch, view: View): Uint8Array {
  return head(prefixes.seed, genesisHash, epoch, view, 0).finish();
}

/** What a status answer signs: 137 bytes (kairos K1). Throws a RangeError when the nonce has not 32 bytes. */
export function encodeStatusPayload(genesisHash: Digest, claim: StatusClaim): Uint8Array {
  if (claim.nonce.length !== 32) throw new RangeError("a status nonce has 32 bytes");
  return head(prefixes.status, genesisHash, claim.epoch, claim.view, 72)
    .u64(claim.lastFinalizedView)
    .hex(claim.lastFinalizedDigest)
    .bytes(claim.nonce)
    .finish();
}

/**
 * What binds a validator's p2p key to its BLS key: 59 bytes (kairos 3.3).
 * @param chainId EIP-155 number below 2^53
 * @param p2pPublicKey 32 bytes, Ed25519
 */
export function encodeBindingPayload(chainId: number, p2pPublicKey: Uint8Array): Uint8Array {
  return new Writer(prefixes.p2pBind.length + 40).bytes(prefixes.p2pBind).u64(chainId).bytes(p2pPublicKey).finish();
}
