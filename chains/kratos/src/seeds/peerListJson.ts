import { fault, height, krat12, ok, type Result, seconds } from "@polis/codec";
import type { Json } from "../api/json.ts";
import { readAmount, readBytes, readCounter, readObject, ShapeError } from "../api/shape.ts";
import { MAX_PEER_ADDRESSES } from "./heartbeat.ts";
import { MAX_ADDRESS_BYTES } from "./multiaddress.ts";
import { type NetworkState, securityStateNames } from "./networkState.ts";
import {
  type ListedPeer,
  MAX_FALLBACK_BOOTNODES,
  MAX_LISTED_PEERS,
  MAX_REGION_BYTES,
  type PeerList,
  type SignedPeerList,
} from "./peerList.ts";

/** Largest text of a list that a node reads, in bytes. */
export const MAX_LIST_JSON_BYTES = 262_144;

/** The object of `idpeers.json` (kratos-core 12.6): hex with `0x`, amounts as decimal text, absent fields as null. */
export function peerListJson({ list, signature }: SignedPeerList): { readonly [key: string]: Json } {
  return {
    version: list.version,
    generated_at: list.generatedAt,
    ttl_seconds: list.ttlSeconds,
    dns_seed_id: `0x${list.dnsSeedId}`,
    network_state: networkStateJson(list.networkState),
    peers: list.peers.map(listedPeerJson),
    fallback_bootnodes: list.fallbackBootnodes,
    signature: `0x${signature.toHex()}`,
  };
}

/** The object of `network_state` (kratos-core 12.6). */
export function networkStateJson(state: NetworkState): { readonly [key: string]: Json } {
  return {
    genesis_hash: `0x${state.genesisHash}`,
    best_height: state.bestHeight,
    active_validators: state.activeValidators,
    security_state: state.securityState ?? null,
    total_stake: state.totalStake.toString(),
    participation_bps: state.participationBps ?? null,
    estimated_inflation_ppb: state.estimatedInflationPpb ?? null,
    active_peers: state.activePeers,
    timestamp: state.timestamp,
  };
}

/** One entry of `peers`. */
export function listedPeerJson(peer: ListedPeer): { readonly [key: string]: Json } {
  return {
    peer_id: `0x${peer.peerId}`,
    libp2p_peer_id: peer.libp2pPeerId,
    addresses: peer.addresses,
    score: peer.score,
    is_validator: peer.isValidator,
    current_height: peer.currentHeight,
    last_seen: peer.lastSeen,
    region: peer.region ?? null,
    protocol_version: peer.protocolVersion,
  };
}

/**
 * Reads `idpeers.json`. Nothing about it is believed yet: `acceptPeerList` judges it.
 * @param value the parsed text, which the transport holds to `MAX_LIST_JSON_BYTES`
 */
export function readPeerListJson(value: unknown): Result<SignedPeerList> {
  try {
    return ok(readSigned(value));
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return fault("MalformedList", "punish", error.message.slice(0, 200));
  }
}

function readSigned(value: unknown): SignedPeerList {
  const object = readObject(value, "list", [
    ...["version", "generated_at", "ttl_seconds", "dns_seed_id", "network_state", "peers", "fallback_bootnodes"],
    "signature",
  ]);
  const list: PeerList = {
    version: readU32(object.version, "version"),
    generatedAt: seconds(readCounter(object.generated_at, "generated_at")),
    ttlSeconds: readU32(object.ttl_seconds, "ttl_seconds"),
    dnsSeedId: readHash(object.dns_seed_id, "dns_seed_id"),
    networkState: readState(object.network_state),
    peers: readList(object.peers, "peers", MAX_LISTED_PEERS, readPeer),
    fallbackBootnodes: readTexts(object.fallback_bootnodes, "fallback_bootnodes", MAX_FALLBACK_BOOTNODES),
  };
  return { list, signature: readBytes(object.signature, "signature", 64, 64) };
}

function readState(value: unknown): NetworkState {
  const object = readObject(value, "network_state", [
    ...["genesis_hash", "best_height", "active_validators", "security_state", "total_stake", "participation_bps"],
    ...["estimated_inflation_ppb", "active_peers", "timestamp"],
  ]);
  return {
    genesisHash: readHash(object.genesis_hash, "genesis_hash"),
    bestHeight: height(readCounter(object.best_height, "best_height")),
    activeValidators: readU32(object.active_validators, "active_validators"),
    securityState: readOptional(object.security_state, (name) => {
      const known = securityStateNames.find((one) => one === name);
      if (known === undefined) throw new ShapeError("security_state", "a security state");
      return known;
    }),
    totalStake: krat12(readAmount(object.total_stake, "total_stake")),
    participationBps: readOptional(object.participation_bps, (bps) => readU32(bps, "participation_bps")),
    estimatedInflationPpb: readOptional(object.estimated_inflation_ppb, (ppb) =>
      readCounter(ppb, "estimated_inflation_ppb"),
    ),
    activePeers: readU32(object.active_peers, "active_peers"),
    timestamp: seconds(readCounter(object.timestamp, "timestamp")),
  };
}

function readPeer(value: unknown, path: string): ListedPeer {
  const object = readObject(value, path, [
    ...["peer_id", "libp2p_peer_id", "addresses", "score", "is_validator", "current_height", "last_seen", "region"],
    "protocol_version",
  ]);
  if (typeof object.is_validator !== "boolean") throw new ShapeError(`${path}.is_validator`, "true or false");
  return {
    peerId: readHash(object.peer_id, `${path}.peer_id`),
    libp2pPeerId: readText(object.libp2p_peer_id, `${path}.libp2p_peer_id`, 64),
    addresses: readTexts(object.addresses, `${path}.addresses`, MAX_PEER_ADDRESSES),
    score: readU32(object.score, `${path}.score`),
    isValidator: object.is_validator,
    currentHeight: height(readCounter(object.current_height, `${path}.current_height`)),
    lastSeen: seconds(readCounter(object.last_seen, `${path}.last_seen`)),
    region: readOptional(object.region, (region) => readText(region, `${path}.region`, MAX_REGION_BYTES)),
    protocolVersion: readU32(object.protocol_version, `${path}.protocol_version`),
  };
}

function readTexts(value: unknown, path: string, max: number): readonly string[] {
  return readList(value, path, max, (text, at) => readText(text, at, MAX_ADDRESS_BYTES));
}

function readList<T>(
  value: unknown,
  path: string,
  max: number,
  read: (item: unknown, path: string) => T,
): readonly T[] {
  if (!Array.isArray(value) || value.length > max) throw new ShapeError(path, `at most ${max} items`);
  return value.map((item, i) => read(item, `${path}[${i}]`));
}

/** Printable ASCII, which is all that addresses, ids and regions are made of. */
function readText(value: unknown, path: string, max: number): string {
  if (typeof value === "string" && value.length <= max && /^[\x20-\x7e]*$/.test(value)) return value;
  throw new ShapeError(path, `a text of at most ${max} characters`);
}

function readHash(value: unknown, path: string) {
  return readBytes(value, path, 32, 32).toHex() as PeerList["dnsSeedId"];
}

function readU32(value: unknown, path: string): number {
  const number = readCounter(value, path);
  if (number > 0xffff_ffff) throw new ShapeError(path, "an integer below 2^32");
  return number;
}

function readOptional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === null || value === undefined ? undefined : read(value);
}
