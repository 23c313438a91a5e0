import { type Digest, digestOf, type Seconds, seconds } from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import {
  type ActiveValidators,
  choosePeers,
  type HeartbeatAnswer,
  ipSource,
  isActive,
  isValidatorProof,
  judgeHeartbeat,
  judgeValidatorProof,
  type ListedPeer,
  MAX_LISTED_PEERS,
  type NetworkState,
  type NodeFacts,
  type PeerRecord,
  PeerRegistry,
  type RandomBelow,
  RequestGate,
  type ScoreEvent,
  type SeedFault,
  type SignedPeerList,
  seedFaults,
  signPeerList,
  stateOfPeers,
} from "@polis/kratos";
import { type Counters, newCounters, type SeedMetrics } from "./counters.ts";
import { DialBacks, type Probe } from "./dialBacks.ts";
import type { Log } from "./log.ts";
import type { RegionOf } from "./regions.ts";

/** What a seed server asks of the world. */
export interface ServiceOptions {
  readonly genesisHash: Digest;
  /** Ed25519 seed of the server, 32 bytes. */
  readonly secret: Uint8Array;
  readonly fallbackBootnodes: readonly string[];
  readonly regionOf: RegionOf;
  readonly probe: Probe;
  readonly random: RandomBelow;
  readonly now: () => Seconds;
  readonly gate?: RequestGate;
  readonly maxPeersPerSource?: number;
  readonly log?: Log;
}

/** What a node that the operator runs says about its chain. */
export interface NodeReport {
  readonly facts: NodeFacts;
  readonly validators: ActiveValidators;
}

/** Peers of one host: a small network on one computer fits, and a farm of identities does not. */
const MAX_PEERS_PER_SOURCE = 16;
/** Peers in the registry (kratos-core 12.5). */
const MAX_PEERS = 10_000;
/** From so many peers on the state of the network is kept for some seconds: medians are costly then. */
const MANY_PEERS = 500;
const STATE_S = 5;
/** Peers of a DNS answer (kratos-core 12.7), and seconds for which one choice of them holds. */
const MAX_DNS_PEERS = 25;
const DNS_CHOICE_S = 5;

/** Events that change a score, by the refusal that shows them. */
const charges: Partial<Record<SeedFault, ScoreEvent>> = {
  StaleTimestamp: "badTimestamp",
  FutureTimestamp: "badTimestamp",
  InvalidSignature: "invalidSignature",
};

/** A seed server without its sockets (kratos-core 12.4 to 12.7): registry, list, state, limits and counters. */
export class SeedService {
  readonly registry: PeerRegistry;
  readonly gate: RequestGate;
  readonly counters: Counters = newCounters();
  readonly dnsSeedId: Digest;
  readonly #options: ServiceOptions;
  readonly #startedAt: Seconds;
  readonly #dialBacks: DialBacks;
  #report: NodeReport | undefined;
  #list: SignedPeerList | undefined;
  #dnsPeers: { readonly at: Seconds; readonly peers: readonly PeerRecord[] } | undefined;
  #state: NetworkState | undefined;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#startedAt = options.now();
    this.gate = options.gate ?? new RequestGate();
    this.dnsSeedId = digestOf(ed25519.publicKey(options.secret));
    const maxPeersPerSource = options.maxPeersPerSource ?? MAX_PEERS_PER_SOURCE;
    this.registry = new PeerRegistry({ maxPeers: MAX_PEERS, maxPeersPerSource });
    this.#dialBacks = new DialBacks(this.registry, options.probe);
  }

  get uptimeSeconds(): number {
    return this.#options.now() - this.#startedAt;
  }

  /** What the operator's node said last; undefined when it does not answer. */
  set report(report: NodeReport | undefined) {
    this.#report = report;
  }

  /** Judges the body of a frame. Never rejects. @param sourceIp as the socket gives it */
  async answer(body: Uint8Array, sourceIp: string): Promise<HeartbeatAnswer> {
    this.counters.heartbeatsTotal += 1;
    const error = isValidatorProof(body) ? this.#takeProof(body) : await this.#takeHeartbeat(body, sourceIp);
    if (error === undefined) this.counters.heartbeatsAccepted += 1;
    else {
      this.counters.heartbeatsRejected += 1;
      this.#options.log?.("debug", "a heartbeat is refused", { code: error, source: ipSource(sourceIp) });
    }
    const isPunished = error !== undefined && seedFaults[error] === "punish";
    if (isPunished) this.gate.violation(ipSource(sourceIp), this.#options.now());
    return this.#answerOf(error);
  }

  /** What a source hears that asks too often. */
  refusal(): HeartbeatAnswer {
    this.counters.rateLimited += 1;
    return this.#answerOf("RateLimited");
  }

  #answerOf(error: SeedFault | undefined): HeartbeatAnswer {
    const accepted = error === undefined;
    const networkState = accepted ? this.state() : undefined;
    return { accepted, error, networkState, timestamp: this.#options.now() };
  }

  async #takeHeartbeat(body: Uint8Array, sourceIp: string): Promise<SeedFault | undefined> {
    const { genesisHash, now, regionOf } = this.#options;
    const judged = judgeHeartbeat(body, sourceIp, genesisHash, now());
    if (!judged.ok) {
      const { code, peerId } = judged.refused;
      const charge = charges[code];
      if (charge !== undefined && peerId !== undefined) this.registry.charge(peerId, sourceIp, charge);
      return code;
    }
    const { heartbeat, addresses, toConfirm } = judged.value;
    if (this.registry.isReplay(heartbeat)) return "ReplayedHeartbeat";
    const refusal = await this.#dialBacks.confirm(heartbeat.peerId, toConfirm, ipSource(sourceIp));
    if (refusal === "AddressNotOwn") this.registry.charge(heartbeat.peerId, sourceIp, "failedDialBack");
    if (refusal !== undefined) return refusal;
    return this.registry.heartbeat({ heartbeat, addresses, sourceIp, region: regionOf(sourceIp) }, now());
  }

  #takeProof(body: Uint8Array): SeedFault | undefined {
    const judged = judgeValidatorProof(body, this.#options.genesisHash, this.#report?.validators);
    if (!judged.ok) return judged.fault.code as SeedFault;
    return this.registry.prove(judged.value.peerId, judged.value.validator);
  }

  /** Counts what time brings. Called every few seconds. */
  tick(): void {
    this.registry.tick(this.#options.now());
  }

  /** Dials the next few active peers. Called every minute. */
  probeSome(count: number): Promise<void> {
    return this.#dialBacks.probeSome(this.active(), count);
  }

  active(): readonly PeerRecord[] {
    const now = this.#options.now();
    return [...this.registry.all()].filter((peer) => isActive(peer, now));
  }

  /** What the network looks like: counted anew each time while peers are few, and every few seconds when they are many. */
  state(): NetworkState {
    const now = this.#options.now();
    const keptFor = this.registry.size > MANY_PEERS ? STATE_S : 0;
    if (this.#state === undefined || now - this.#state.timestamp >= keptFor) {
      this.#state = stateOfPeers(this.#options.genesisHash, this.active(), this.#report?.facts, now);
    }
    return this.#state;
  }

  /** The signed list; `renewList` makes the next one. */
  list(): SignedPeerList {
    return this.#list ?? this.renewList();
  }

  /** Makes and signs a list. Called every 60 s (kratos-core 12.6). */
  renewList(): SignedPeerList {
    const { fallbackBootnodes, now, random, secret } = this.#options;
    const peers = choosePeers(this.active(), MAX_LISTED_PEERS, random).map(listedPeer);
    const generatedAt = seconds(now());
    this.#list = signPeerList({ generatedAt, networkState: this.state(), peers, fallbackBootnodes }, secret);
    return this.#list;
  }

  /** The peers that DNS answers with; the same for a few seconds. */
  dnsPeers(): readonly PeerRecord[] {
    const now = this.#options.now();
    if (this.#dnsPeers === undefined || now - this.#dnsPeers.at >= DNS_CHOICE_S) {
      this.#dnsPeers = { at: now, peers: choosePeers(this.active(), MAX_DNS_PEERS, this.#options.random) };
    }
    return this.#dnsPeers.peers;
  }

  metrics(): SeedMetrics {
    const state = this.state();
    return {
      ...this.counters,
      uptimeSeconds: this.uptimeSeconds,
      activePeers: state.activePeers,
      activeValidators: state.activeValidators,
      bestHeight: state.bestHeight,
      bannedIps: this.gate.banned(this.#options.now()),
    };
  }
}

/** What a list tells of a peer. */
export function listedPeer(peer: PeerRecord): ListedPeer {
  const { peerId, libp2pPeerId, addresses, score, isValidator, currentHeight, lastSeen, region, protocolVersion } =
    peer;
  return { peerId, libp2pPeerId, addresses, score, isValidator, currentHeight, lastSeen, region, protocolVersion };
}
