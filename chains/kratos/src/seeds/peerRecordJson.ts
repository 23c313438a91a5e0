import { type Digest, height, krat12, seconds } from "@polis/codec";
import type { Json } from "../api/json.ts";
import { readAmount, readBytes, readCounter, readObject, ShapeError } from "../api/shape.ts";
import { MAX_PEER_ADDRESSES } from "./heartbeat.ts";
import { parseMultiaddress } from "./multiaddress.ts";
import { libp2pPeerId } from "./peerIdentity.ts";
import { MAX_REGION_BYTES } from "./peerList.ts";
import type { PeerRecord } from "./peerRecord.ts";
import { MAX_SCORE } from "./scoring.ts";

/** What a seed server stores of a peer. What the time decides again after a restart is left out. */
export function peerRecordJson(peer: PeerRecord): Json {
  return {
    peer_id: peer.peerId,
    addresses: peer.addresses,
    source: peer.source,
    region: peer.region ?? null,
    score: peer.score,
    is_validator: peer.isValidator,
    proven_by: peer.provenBy ?? null,
    current_height: peer.currentHeight,
    best_hash: peer.bestHash,
    validator_count: peer.validatorCount ?? null,
    total_stake: peer.totalStake?.toString() ?? null,
    protocol_version: peer.protocolVersion,
    first_seen: peer.firstSeen,
    last_seen: peer.lastSeen,
    last_timestamp: peer.lastTimestamp,
    credited_at: peer.creditedAt,
    hour_from: peer.hourFrom,
  };
}

const keys = [
  ...["peer_id", "addresses", "source", "region", "score", "is_validator", "proven_by", "current_height", "best_hash"],
  ...["validator_count", "total_stake", "protocol_version", "first_seen", "last_seen", "last_timestamp", "credited_at"],
  "hour_from",
];

/** Reads a stored peer. @throws ShapeError naming what is wrong */
export function readPeerRecord(value: unknown): PeerRecord {
  const object = readObject(value, "peer", keys);
  const number = (name: string) => readCounter(object[name], name);
  const time = (name: string) => seconds(number(name));
  const hash = (name: string) => readBytes(object[name], name, 32, 32).toHex() as Digest;
  const text = (name: string, max: number) => {
    const found = object[name];
    if (typeof found !== "string" || found.length > max) throw new ShapeError(name, `a text of at most ${max}`);
    return found;
  };
  const optional = <T>(name: string, read: (name: string) => T) => (object[name] === null ? undefined : read(name));
  const peerId = hash("peer_id");
  const { addresses, is_validator: isValidator } = object;
  if (typeof isValidator !== "boolean") throw new ShapeError("is_validator", "true or false");
  if (number("score") > MAX_SCORE) throw new ShapeError("score", `at most ${MAX_SCORE}`);
  const isAddress = (one: unknown) =>
    typeof one === "string" && parseMultiaddress(one)?.peerId === libp2pPeerId(peerId);
  if (!Array.isArray(addresses) || addresses.length > MAX_PEER_ADDRESSES || !addresses.every(isAddress)) {
    throw new ShapeError("addresses", "multiaddresses of the peer");
  }
  return {
    peerId,
    libp2pPeerId: libp2pPeerId(peerId),
    addresses,
    source: text("source", 45),
    region: optional("region", (name) => text(name, MAX_REGION_BYTES)),
    score: number("score"),
    isValidator,
    provenBy: optional("proven_by", hash),
    currentHeight: height(number("current_height")),
    bestHash: hash("best_hash"),
    validatorCount: optional("validator_count", number),
    totalStake: optional("total_stake", (name) => krat12(readAmount(object[name], name))),
    protocolVersion: number("protocol_version"),
    firstSeen: time("first_seen"),
    lastSeen: time("last_seen"),
    lastTimestamp: time("last_timestamp"),
    creditedAt: time("credited_at"),
    hourFrom: time("hour_from"),
    missAt: time("last_seen"),
  };
}
