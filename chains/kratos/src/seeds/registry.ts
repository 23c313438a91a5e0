import { type Digest, type Seconds, seconds } from "@polis/codec";
import type { AccountId } from "../identifiers.ts";
import type { SeedFault } from "./errors.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { ipSource } from "./ip.ts";
import type { PeerRecord } from "./peerRecord.ts";
import { changedScore, INITIAL_SCORE, type ScoreEvent } from "./scoring.ts";

/** Seconds between the heartbeats of a peer (kratos-core 12.4). */
export const HEARTBEAT_INTERVAL_S = 120;
/** Seconds without a heartbeat after which a peer is stale (kratos-core 12.5). */
export const STALE_AFTER_S = 240;
/** A peer unseen for so long is forgotten (kratos-core 12.2). */
export const FORGET_AFTER_S = 3_600;

const HOUR_S = 3_600;
/** A heartbeat may come that much late before it counts as missed, and that much early and still raise the score. */
const GRACE_S = 30;

/** Limits of a registry. */
export interface RegistryLimits {
  /** 10,000 by kratos-core 12.5. */
  readonly maxPeers: number;
  /** Peers of one source: one host must not fill the registry. */
  readonly maxPeersPerSource: number;
}

/** A heartbeat whose addresses are all confirmed. */
export interface ConfirmedHeartbeat {
  readonly heartbeat: Heartbeat;
  readonly addresses: readonly string[];
  readonly sourceIp: string;
  readonly region: string | undefined;
}

/** The peers of a seed server and their scores (kratos-core 12.5). It knows no clock: every call brings the time. */
export class PeerRegistry {
  readonly #limits: RegistryLimits;
  readonly #peers = new Map<Digest, PeerRecord>();
  readonly #perSource = new Map<string, number>();
  readonly #provers = new Map<AccountId, Digest>();

  constructor(limits: RegistryLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#peers.size;
  }

  get(peerId: Digest): PeerRecord | undefined {
    return this.#peers.get(peerId);
  }

  /** All peers, those that came first in front. */
  all(): IterableIterator<PeerRecord> {
    return this.#peers.values();
  }

  /** Whether a heartbeat is one that was taken already, or older than that: asked before a dial-back is spent on it. */
  isReplay({ peerId, timestamp }: Heartbeat): boolean {
    const known = this.#peers.get(peerId);
    return known !== undefined && timestamp <= known.lastTimestamp;
  }

  /** Takes a heartbeat. @returns undefined, or why not */
  heartbeat({ heartbeat, addresses, sourceIp, region }: ConfirmedHeartbeat, now: Seconds): SeedFault | undefined {
    if (this.isReplay(heartbeat)) return "ReplayedHeartbeat";
    const { peerId } = heartbeat;
    const known = this.#peers.get(peerId);
    const source = ipSource(sourceIp);
    if (known?.source !== source && (this.#perSource.get(source) ?? 0) >= this.#limits.maxPeersPerSource) {
      return "TooManyPeersOfAddress";
    }
    if (known === undefined && !this.#makeRoom(now)) return "RegistryFull";
    const before = known === undefined ? newcomer(now) : aged(known, now);
    const isCounted = now - before.creditedAt >= HEARTBEAT_INTERVAL_S - GRACE_S;
    this.#put({
      ...before,
      peerId,
      libp2pPeerId: heartbeat.libp2pPeerId,
      addresses,
      source,
      region,
      isValidator: heartbeat.isValidator,
      currentHeight: heartbeat.currentHeight,
      bestHash: heartbeat.bestHash,
      validatorCount: heartbeat.validatorCount,
      totalStake: heartbeat.totalStake,
      protocolVersion: heartbeat.protocolVersion,
      score: isCounted ? changedScore(before.score, "heartbeat") : before.score,
      creditedAt: isCounted ? now : before.creditedAt,
      lastSeen: now,
      lastTimestamp: heartbeat.timestamp,
      hourFrom: now - before.lastSeen > STALE_AFTER_S ? now : before.hourFrom,
      missAt: seconds(now + HEARTBEAT_INTERVAL_S + GRACE_S),
    });
    return undefined;
  }

  /**
   * Charges a peer for something that was sent in its name, if it came from where the peer is: from elsewhere anybody can
   * send it.
   */
  charge(peerId: Digest, sourceIp: string, event: ScoreEvent): void {
    const peer = this.#peers.get(peerId);
    if (peer?.source === ipSource(sourceIp)) this.#put({ ...peer, score: changedScore(peer.score, event) });
  }

  /** A peer did not answer at the addresses that it named before. */
  failedProbe(peerId: Digest): void {
    const peer = this.#peers.get(peerId);
    if (peer !== undefined) this.#put({ ...peer, score: changedScore(peer.score, "failedDialBack") });
  }

  /** An active validator's key named this peer: counts once, and for one peer. @returns undefined, or why not */
  prove(peerId: Digest, validator: AccountId): SeedFault | undefined {
    const peer = this.#peers.get(peerId);
    if (peer === undefined) return "UnknownPeer";
    if (peer.provenBy !== undefined) return undefined;
    if (this.#provers.has(validator)) return "ValidatorProvenElsewhere";
    this.#put({ ...peer, provenBy: validator, score: changedScore(peer.score, "provenValidator") });
    return undefined;
  }

  /** Counts missed heartbeats and full hours, and forgets who is gone. */
  tick(now: Seconds): void {
    for (const peer of [...this.#peers.values()]) {
      if (now - peer.lastSeen > FORGET_AFTER_S) {
        this.#remove(peer);
        continue;
      }
      const older = aged(peer, now);
      if (older !== peer) this.#put(older);
    }
  }

  /**
   * Puts back what was stored. Nobody is charged for the time in which this server was down, and nobody was present in it.
   * What is above the limits is left out.
   */
  restore(peers: Iterable<PeerRecord>, now: Seconds): void {
    for (const peer of peers) {
      const isTooMany = (this.#perSource.get(peer.source) ?? 0) >= this.#limits.maxPeersPerSource;
      if (this.#peers.size >= this.#limits.maxPeers || isTooMany || this.#peers.has(peer.peerId)) continue;
      const missAt = seconds(now + HEARTBEAT_INTERVAL_S + GRACE_S);
      const hourFrom = now - peer.lastSeen > STALE_AFTER_S ? now : peer.hourFrom;
      this.#put({ ...peer, missAt, hourFrom });
    }
  }

  /** Whether a newcomer has a place: a stale peer, or one that is not listed anyway, gives up its own. */
  #makeRoom(now: Seconds): boolean {
    if (this.#peers.size < this.#limits.maxPeers) return true;
    let worst: PeerRecord | undefined;
    for (const peer of this.#peers.values()) {
      if (worst === undefined || standing(peer, now) < standing(worst, now)) worst = peer;
    }
    if (worst === undefined || standing(worst, now) >= LISTED) return false;
    this.#remove(worst);
    return true;
  }

  #put(peer: PeerRecord): void {
    const before = this.#peers.get(peer.peerId);
    if (before?.source !== peer.source) {
      if (before !== undefined) this.#leave(before.source);
      this.#perSource.set(peer.source, (this.#perSource.get(peer.source) ?? 0) + 1);
    }
    if (peer.provenBy !== undefined) this.#provers.set(peer.provenBy, peer.peerId);
    this.#peers.set(peer.peerId, peer);
  }

  #remove(peer: PeerRecord): void {
    this.#peers.delete(peer.peerId);
    this.#leave(peer.source);
    if (peer.provenBy !== undefined) this.#provers.delete(peer.provenBy);
  }

  #leave(source: string): void {
    const left = (this.#perSource.get(source) ?? 1) - 1;
    if (left === 0) this.#perSource.delete(source);
    else this.#perSource.set(source, left);
  }
}

/** The peer with its missed heartbeats and full hours counted; the same one when there are none. */
function aged(peer: PeerRecord, now: Seconds): PeerRecord {
  let { score, missAt, hourFrom } = peer;
  for (; missAt <= now; missAt = seconds(missAt + HEARTBEAT_INTERVAL_S)) score = changedScore(score, "missedHeartbeat");
  for (; hourFrom + HOUR_S <= peer.lastSeen; hourFrom = seconds(hourFrom + HOUR_S)) {
    score = changedScore(score, "hourPresent");
  }
  return missAt === peer.missAt && hourFrom === peer.hourFrom ? peer : { ...peer, score, missAt, hourFrom };
}

const LISTED = 200;

/** The score, or less than any score for a peer that was not seen lately. */
function standing(peer: PeerRecord, now: Seconds): number {
  return isActive(peer, now) ? peer.score : peer.score - 2_000;
}

/** Seen within the last 240 s. */
export function isActive(peer: Pick<PeerRecord, "lastSeen">, now: Seconds): boolean {
  return now - peer.lastSeen <= STALE_AFTER_S;
}

function newcomer(now: Seconds) {
  const never = seconds(0);
  return {
    ...{ score: INITIAL_SCORE, provenBy: undefined, firstSeen: now, lastSeen: now, lastTimestamp: never },
    ...{ creditedAt: never, hourFrom: now, missAt: now },
  };
}
