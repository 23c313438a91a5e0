import {
  concatBytes,
  type Digest,
  decodeKce,
  digestOf,
  encodeKce,
  fault,
  type Height,
  type Kce,
  type Krat12,
  kceBool,
  kceDigest,
  kceFixed,
  kceList,
  kceOptional,
  kceRecord,
  kceText,
  kceU32,
  type Result,
  type Seconds,
} from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import { kceHeight, kceKrat, kceSeconds } from "../kce.ts";
import { domainBytes } from "../params/domains.ts";
import { MAX_ADDRESS_BYTES } from "./multiaddress.ts";
import { libp2pPeerId } from "./peerIdentity.ts";

/** What a node tells a seed server every 120 s (kratos-core 12.4). Everything but the addresses is a claim. */
export interface Heartbeat {
  readonly version: number;
  /** Ed25519 public key of the network identity. */
  readonly peerId: Digest;
  readonly libp2pPeerId: string;
  /** 1 to 8 multiaddresses. */
  readonly addresses: readonly string[];
  readonly currentHeight: Height;
  readonly bestHash: Digest;
  readonly genesisHash: Digest;
  readonly isValidator: boolean;
  readonly validatorCount: number | undefined;
  readonly totalStake: Krat12 | undefined;
  readonly protocolVersion: number;
  readonly timestamp: Seconds;
}

/** A heartbeat with the signature of its network key, 64 bytes. */
export interface SignedHeartbeat {
  readonly heartbeat: Heartbeat;
  readonly signature: Uint8Array;
}

/** The one version there is. */
export const HEARTBEAT_VERSION = 1;
/** Most addresses of one peer. */
export const MAX_PEER_ADDRESSES = 8;
/** Largest body of a frame, in both directions (kratos-core 12.4). */
export const MAX_FRAME_BYTES = 65_536;

const kceHeartbeat: Kce<Heartbeat> = kceRecord({
  version: kceU32,
  peerId: kceDigest,
  libp2pPeerId: kceText(64),
  addresses: kceList(kceText(MAX_ADDRESS_BYTES), MAX_PEER_ADDRESSES),
  currentHeight: kceHeight,
  bestHash: kceDigest,
  genesisHash: kceDigest,
  isValidator: kceBool,
  validatorCount: kceOptional(kceU32),
  totalStake: kceOptional(kceKrat),
  protocolVersion: kceU32,
  timestamp: kceSeconds,
});
const kceSigned: Kce<SignedHeartbeat> = kceRecord({ heartbeat: kceHeartbeat, signature: kceFixed(64) });

/** The bytes that the network key signs: the prefix and the heartbeat, without chain identity (kratos-core 1.5). */
function signedBytes(heartbeat: Heartbeat): Uint8Array {
  return concatBytes(domainBytes("dnsHeartbeat"), encodeKce(kceHeartbeat, heartbeat));
}

/**
 * Signs what a node says of itself; version and identity follow from the key.
 * @param secret Ed25519 seed of the network key, 32 bytes
 */
export function signHeartbeat(
  claims: Omit<Heartbeat, "version" | "peerId" | "libp2pPeerId">,
  secret: Uint8Array,
): SignedHeartbeat {
  const peerId = digestOf(ed25519.publicKey(secret));
  const heartbeat = { ...claims, version: HEARTBEAT_VERSION, peerId, libp2pPeerId: libp2pPeerId(peerId) };
  return { heartbeat, signature: ed25519.sign(signedBytes(heartbeat), secret) };
}

/** True when the key that the heartbeat names signed it. */
export function isSignedByPeer({ heartbeat, signature }: SignedHeartbeat): boolean {
  return ed25519.verify(signedBytes(heartbeat), signature, Uint8Array.fromHex(heartbeat.peerId));
}

/** The body of a frame. */
export function encodeHeartbeat(signed: SignedHeartbeat): Uint8Array {
  return encodeKce(kceSigned, signed);
}

/** Reads the body of a frame. The version is the first field, so that an unknown one is told from nonsense. */
export function decodeHeartbeat(body: Uint8Array): Result<SignedHeartbeat> {
  const version = decodeKce(kceU32, body.subarray(0, 4), 4);
  if (!version.ok) return fault("MalformedFrame", "punish", version.fault.code);
  if (version.value !== HEARTBEAT_VERSION) return fault("UnknownVersion", "ignore", String(version.value));
  const decoded = decodeKce(kceSigned, body, MAX_FRAME_BYTES);
  return decoded.ok ? decoded : fault("MalformedFrame", "punish", decoded.fault.code);
}
