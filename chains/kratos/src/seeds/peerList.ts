import {
  concatBytes,
  type Digest,
  digestOf,
  encodeKce,
  type Height,
  type Kce,
  kceBool,
  kceDigest,
  kceList,
  kceOptional,
  kceRecord,
  kceText,
  kceU32,
  type Seconds,
} from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import { kceHeight, kceSeconds } from "../kce.ts";
import { domainBytes } from "../params/domains.ts";
import { MAX_PEER_ADDRESSES } from "./heartbeat.ts";
import { MAX_ADDRESS_BYTES } from "./multiaddress.ts";
import { kceNetworkState, type NetworkState } from "./networkState.ts";

/** A peer in a signed list (kratos-core 12.6). */
export interface ListedPeer {
  readonly peerId: Digest;
  readonly libp2pPeerId: string;
  readonly addresses: readonly string[];
  readonly score: number;
  readonly isValidator: boolean;
  readonly currentHeight: Height;
  readonly lastSeen: Seconds;
  readonly region: string | undefined;
  readonly protocolVersion: number;
}

/** The list of a seed server, without its signature (kratos-core 12.6). */
export interface PeerList {
  readonly version: number;
  readonly generatedAt: Seconds;
  readonly ttlSeconds: number;
  /** Ed25519 public key of the seed server. */
  readonly dnsSeedId: Digest;
  readonly networkState: NetworkState;
  readonly peers: readonly ListedPeer[];
  readonly fallbackBootnodes: readonly string[];
}

/** A list with the signature of its seed server, 64 bytes. */
export interface SignedPeerList {
  readonly list: PeerList;
  readonly signature: Uint8Array;
}

/** The one version there is. */
export const LIST_VERSION = 1;
/** Seconds for which a list counts. */
export const LIST_TTL_S = 300;
/** Most peers of a list. */
export const MAX_LISTED_PEERS = 100;
/** Most bootnodes of a list; the specification names no number. */
export const MAX_FALLBACK_BOOTNODES = 32;
/** Longest name of a region. */
export const MAX_REGION_BYTES = 32;

const kceListedPeer: Kce<ListedPeer> = kceRecord({
  peerId: kceDigest,
  libp2pPeerId: kceText(64),
  addresses: kceList(kceText(MAX_ADDRESS_BYTES), MAX_PEER_ADDRESSES),
  score: kceU32,
  isValidator: kceBool,
  currentHeight: kceHeight,
  lastSeen: kceSeconds,
  region: kceOptional(kceText(MAX_REGION_BYTES)),
  protocolVersion: kceU32,
});

/** The canonical encoding of a list, which is what is signed. */
export const kcePeerList: Kce<PeerList> = kceRecord({
  version: kceU32,
  generatedAt: kceSeconds,
  ttlSeconds: kceU32,
  dnsSeedId: kceDigest,
  networkState: kceNetworkState,
  peers: kceList(kceListedPeer, MAX_LISTED_PEERS),
  fallbackBootnodes: kceList(kceText(MAX_ADDRESS_BYTES), MAX_FALLBACK_BOOTNODES),
});

/** What a seed server puts into a list besides what follows from its key and the rules. */
export type PeerListContent = Omit<PeerList, "version" | "ttlSeconds" | "dnsSeedId">;

/** Signs a list. @param secret Ed25519 seed of the seed server, 32 bytes */
export function signPeerList(content: PeerListContent, secret: Uint8Array): SignedPeerList {
  const dnsSeedId = digestOf(ed25519.publicKey(secret));
  const list = { ...content, version: LIST_VERSION, ttlSeconds: LIST_TTL_S, dnsSeedId };
  return { list, signature: ed25519.sign(signedBytes(list), secret) };
}

/** True when the key that the list names signed it. */
export function isSignedBySeed({ list, signature }: SignedPeerList): boolean {
  return ed25519.verify(signedBytes(list), signature, Uint8Array.fromHex(list.dnsSeedId));
}

/** The prefix and the list, without chain identity (kratos-core 1.5). */
function signedBytes(list: PeerList): Uint8Array {
  return concatBytes(domainBytes("signedPeers"), encodeKce(kcePeerList, list));
}
