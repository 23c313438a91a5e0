import { NetError, type NetFaultCode } from "./errors.ts";
import type { Channel } from "./frameTypes.ts";
import type { NetLimits } from "./limits.ts";
import { Peer } from "./peer.ts";
import { BanList, type PeerScore } from "./penalties.ts";
import type { PeerIndex, PeerNetworkOptions } from "./types.ts";

const MAX_OLD_SCORES = 4_096;

/** Who is who: validators by the list, followers as they come, numbered from n on (kairos N1, N16). */
export class PeerTable {
  readonly #options: PeerNetworkOptions;
  readonly #limits: NetLimits;
  readonly #ownId: string;
  readonly #validators: ReadonlyMap<string, number>;
  #upstreams: ReadonlySet<string>;
  readonly #bans: BanList;
  readonly #oldScores = new Map<string, PeerScore>();
  readonly #byId = new Map<string, Peer>();
  readonly #byIndex = new Map<PeerIndex, Peer>();
  #all: readonly Peer[] = [];
  /** Followers that have come by themselves: they have places of their own. */
  readonly #clients = new Set<string>();

  constructor(options: PeerNetworkOptions, limits: NetLimits, ownId: string) {
    this.#options = options;
    this.#limits = limits;
    this.#ownId = ownId;
    this.#validators = checkValidators(options, ownId);
    this.#bans = new BanList(limits.banMs);
    this.#upstreams = new Set(options.upstreams?.map(({ publicKeyHex }) => publicKeyHex));
  }

  /** All peers with a connection, by index. */
  all(): readonly Peer[] {
    return this.#all;
  }

  get(index: PeerIndex): Peer | undefined {
    return this.#byIndex.get(index);
  }

  byId(peerId: string): Peer | undefined {
    return this.#byId.get(peerId);
  }

  isValidator(peerId: string): boolean {
    return this.#validators.has(peerId);
  }

  /** @returns why a stranger may not stay, or undefined. */
  refusal(peerId: string, channel: Channel, nowMs: number): NetFaultCode | undefined {
    if (peerId === this.#ownId) return "PEER_SELF";
    if (this.#validators.has(peerId)) {
      if (channel === "consensus" && this.#options.self === undefined) return "PEER_ALPN";
      return this.isBanned(peerId, nowMs) ? "PEER_BANNED" : undefined;
    }
    if (channel !== "bulk") return "PEER_ALPN";
    if (this.isBanned(peerId, nowMs)) return "PEER_BANNED";
    if (this.isUpstream(peerId)) return undefined;
    if (this.#options.allowFollowers?.has(peerId) === false) return "PEER_KEY";
    return this.#byId.has(peerId) || this.#clients.size < this.#limits.maxFollowers ? undefined : "PEER_BUSY";
  }

  /** @returns the peer, new if need be, or undefined when there is no room for another follower. */
  obtain(peerId: string, nowMs: number): Peer | undefined {
    const known = this.#byId.get(peerId);
    if (known !== undefined) {
      // A validator stays known without connections, so that its score does; it counts again from now.
      if (!this.#all.includes(known)) this.#list(known);
      return known;
    }
    const validator = this.#validators.get(peerId);
    const isClient = validator === undefined && !this.isUpstream(peerId);
    if (isClient && this.#clients.size >= this.#limits.maxFollowers) return undefined;
    const index = validator ?? this.#freeIndex();
    const peer = new Peer(index, peerId, validator !== undefined, this.#limits, nowMs, this.#oldScores.get(peerId));
    if (isClient) this.#clients.add(peerId);
    this.#byId.set(peerId, peer);
    this.#byIndex.set(index, peer);
    this.#list(peer);
    return peer;
  }

  /** The last connection is gone. Followers are forgotten; a validator's score and budgets stay. */
  release(peer: Peer, nowMs: number): void {
    this.#all = this.#all.filter((p) => p !== peer);
    if (peer.isValidator || this.#byId.get(peer.peerId) !== peer) return;
    // Leaving and coming back must not wash a score clean.
    if (peer.score.value(nowMs) > 0) this.#remember(peer);
    this.#byId.delete(peer.peerId);
    this.#byIndex.delete(peer.index);
    this.#clients.delete(peer.peerId);
  }

  #remember(peer: Peer): void {
    this.#oldScores.delete(peer.peerId);
    this.#oldScores.set(peer.peerId, peer.score);
    if (this.#oldScores.size > MAX_OLD_SCORES) this.#oldScores.delete(this.#oldScores.keys().next().value as string);
  }

  /** The followers that this node dials from now on. */
  setUpstreams(peerIds: ReadonlySet<string>): void {
    this.#upstreams = peerIds;
  }

  /** Whether this node dials a follower of this key. */
  isUpstream(peerId: string): boolean {
    return this.#upstreams.has(peerId);
  }

  isBanned(peerId: string, nowMs: number): boolean {
    return this.#bans.isBanned(peerId, nowMs);
  }

  /** Only validators need each other: a follower bans them like anybody else (kairos N8). */
  canBan(peerId: string): boolean {
    return !this.#validators.has(peerId) || this.#options.self === undefined;
  }

  /** @returns the end of the ban, monotonic milliseconds */
  ban(peerId: string, nowMs: number): number {
    return this.#bans.ban(peerId, nowMs);
  }

  #list(peer: Peer): void {
    this.#all = [...this.#all, peer].sort((a, b) => a.index - b.index);
  }

  #freeIndex(): PeerIndex {
    let index = this.#validators.size;
    while (this.#byIndex.has(index)) index++;
    return index;
  }
}

/** Invalid entries are errors, never skipped (kairos 18.2). */
function checkValidators(options: PeerNetworkOptions, ownId: string): ReadonlyMap<string, number> {
  const { validators, self } = options;
  const hint = "Correct p2p.validators: each has one index of 0..n-1 and one Ed25519 key of 64 hex characters.";
  const byId = new Map<string, number>();
  const indexes = new Set<number>();
  for (const { index, publicKeyHex } of validators) {
    if (!/^[0-9a-f]{64}$/.test(publicKeyHex)) throw new NetError("NET_CONFIG", `validator ${index}: bad key`, hint);
    if (!Number.isInteger(index) || index < 0 || index >= validators.length || indexes.has(index)) {
      throw new NetError("NET_CONFIG", `validator ${index}: bad index`, hint);
    }
    if (byId.has(publicKeyHex)) throw new NetError("NET_CONFIG", `validator ${index}: repeated key`, hint);
    indexes.add(index);
    byId.set(publicKeyHex, index);
  }
  if (byId.get(ownId) !== self) {
    const text = `our key is validator ${byId.get(ownId) ?? "none"} of the list, not ${self ?? "none"}`;
    throw new NetError("NET_CONFIG", text, "Use the key that belongs to this validator, or correct p2p.validators.");
  }
  return byId;
}
