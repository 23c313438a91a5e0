import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import type { Connection, PeerId, PeerInfo } from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import { ipOf, isTcp, parsePeerAddress, subnetOf } from "./address.ts";
import { Admission } from "./admission.ts";
import { Answerer } from "./answer.ts";
import { ask } from "./ask.ts";
import { Dialer } from "./dialer.ts";
import { P2pError, type P2pViolation } from "./errors.ts";
import { Gate } from "./gate.ts";
import { subscribeTopics } from "./gossip.ts";
import { type GossipLinks, guardGossip } from "./gossipGuard.ts";
import { createHost, type Host, networkProtocol } from "./host.ts";
import { limitedLog } from "./limitedLog.ts";
import { PeerBudgets } from "./peerBudgets.ts";
import { settlesWithin } from "./settlesWithin.ts";
import { Sockets } from "./sockets.ts";
import type { P2p, P2pOptions, PeerName, RequestFailure } from "./types.ts";

/** A peer that this node let go is not dialled for so long. */
const AVOID_MS = 60_000;
/** A peer of another network is not dialled for so long. */
const FOREIGN_MS = 600_000;
const TICK_MS = 1_000;
/** So long after its connection began, a peer that gossip has forgotten, or cannot reach, is hung up on. */
const UNKNOWN_MS = 3_000;
const MUTE_MS = 30_000;
/** Time for libp2p to take leave of its peers, and once more for what it still waits for when their sockets are gone. */
const STOP_MS = 2_000;

const monotonicMs = (): number => performance.now();

/** The parts of a node's network joined; `start` is called once, before anything else. */
export class Network implements P2p {
  readonly #options: P2pOptions;
  readonly #log: NonNullable<P2pOptions["log"]>;
  readonly #admission = new Admission();
  readonly #budgets: PeerBudgets;
  readonly #gate: Gate;
  readonly #answerer: Answerer;
  readonly #closed = new AbortController();
  readonly #asking = new Map<PeerName, number>();
  readonly #sockets = new Sockets();
  #host!: Host;
  #dialer!: Dialer;
  #gossip!: GossipLinks;
  #timer: NodeJS.Timeout | undefined;
  #ending: Promise<void> | undefined;

  constructor(options: P2pOptions) {
    this.#options = options;
    this.#log = limitedLog(options.log, monotonicMs);
    this.#gate = new Gate(options.limits, () => this.#connections(), Date.now);
    this.#budgets = new PeerBudgets(options.limits, monotonicMs, (peer, reason) => this.#banFor(peer, reason));
    this.#answerer = new Answerer({
      limits: options.limits,
      admitted: (peer) => this.#admission.wait(peer),
      takeBytes: (peer, bytes) => this.#budgets.takeBytes(peer, bytes),
      takeRequest: (peer) => this.#budgets.takeRequest(peer),
      violation: (peer, reason) => this.#budgets.violation(peer, reason),
      handle: (protocol, peer, bytes, signal) => options.handlers.request(protocol, peer, bytes, signal),
    });
  }

  /** @throws P2pError when it cannot listen */
  async start(): Promise<void> {
    const key = await generateKeyPairFromSeed("Ed25519", this.#options.secret);
    const foundByMdns = ({ id, multiaddrs }: PeerInfo): void => {
      this.#dialer.found(id.toString(), "mdns", multiaddrs.filter(isTcp));
    };
    this.#host = await createHost(this.#options, key, this.#gate.gater(), foundByMdns, this.#sockets);
    this.#dialer = new Dialer({
      self: this.id,
      limits: this.#options.limits,
      nowMs: monotonicMs,
      connections: () => this.#connections(),
      isBanned: (peer) => this.#gate.isBanned(peer),
      dial: (addresses, signal) => this.#host.dial(addresses, { signal }),
      lookUp: () => this.#lookUp(),
      log: (message, fields) => this.#log("debug", message, fields),
    });
    this.#gossip = guardGossip(this.#host.services.gossip, {
      budgets: this.#budgets,
      bulkTopics: new Set(this.#options.bulkTopics ?? []),
      messageBytes: this.#options.limits.gossipMessageBytes,
      admitted: (peer) => this.#admission.wait(peer),
      broken: (peer, tooLong) => this.#gossipBroke(peer, tooLong),
    });
    this.#listen();
    await this.#handleRequests();
    await this.#startHost();
    subscribeTopics(this.#host.services.gossip, this.#options.topics, (topic, from, bytes) =>
      this.#judge(topic, from, bytes),
    );
    this.addPeers(this.#options.bootnodes);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  get id(): PeerName {
    return this.#host.peerId.toString();
  }

  addresses(): readonly string[] {
    return this.#host.getMultiaddrs().map(String);
  }

  peers(): readonly PeerName[] {
    return this.#admission.admitted();
  }

  addressOf(peer: PeerName): string | undefined {
    return this.#connectionsOf(peer)[0]?.remoteAddr.toString();
  }

  async publish(topic: string, bytes: Uint8Array): Promise<void> {
    if (bytes.length > this.#options.limits.gossipMessageBytes) {
      throw new RangeError(`a message of ${bytes.length} bytes is longer than gossip carries`);
    }
    if (!this.#options.topics.includes(topic)) throw new RangeError(`${topic} is no topic of this network`);
    if (!this.#closed.signal.aborted) await this.#host.services.gossip.publish(topic, bytes);
  }

  async request(protocol: string, peer: PeerName, bytes: Uint8Array): Promise<Uint8Array | RequestFailure> {
    const { limits } = this.#options;
    const connection = this.#connectionsOf(peer).find(({ status }) => status === "open");
    if (connection === undefined || this.#closed.signal.aborted) return "gone";
    const held = this.#asking.get(peer) ?? 0;
    // The peer counts a request until it has seen its end, so that it may count some more than are under way here.
    if (held >= Math.ceil((limits.streamsPerPeer * 3) / 4)) return "refused";
    this.#asking.set(peer, held + 1);
    try {
      return await ask(connection, `/${protocol}`, bytes, limits, this.#closed.signal);
    } finally {
      const left = (this.#asking.get(peer) ?? 1) - 1;
      if (left === 0) this.#asking.delete(peer);
      else this.#asking.set(peer, left);
    }
  }

  disconnect(peer: PeerName): void {
    this.#dialer.book.avoid(peer, monotonicMs() + AVOID_MS);
    this.#hangUp(peer);
  }

  ban(peer: PeerName, untilMs: number): void {
    this.#gate.ban(peer, untilMs);
    for (const connection of this.#connectionsOf(peer)) connection.abort(new Error("banned"));
  }

  addPeers(multiaddresses: readonly string[]): void {
    for (const text of multiaddresses) {
      const { peer, address } = parsePeerAddress(text);
      if (peer === undefined) this.#dialer.foundAddress(address);
      else this.#dialer.found(peer, "seed", [address]);
    }
    this.#dialer.tick();
  }

  close(): Promise<void> {
    this.#ending ??= this.#close();
    return this.#ending;
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closed.abort();
    await this.#stopHost();
  }

  /** Ends libp2p and every socket, whatever peers do or leave undone; never rejects. */
  async #stopHost(): Promise<void> {
    const stopping = Promise.resolve(this.#host.stop());
    const inTime = await settlesWithin(STOP_MS, stopping);
    if (!inTime) this.#log("warn", "the network is ended by force", { sockets: this.#sockets.size });
    this.#sockets.destroy();
    if (!inTime) await settlesWithin(STOP_MS, stopping);
  }

  async #startHost(): Promise<void> {
    try {
      await this.#host.start();
    } catch (error) {
      await this.#stopHost();
      throw new P2pError(
        "P2P_LISTEN",
        `the network cannot listen on ${this.#options.listen.join(", ")}`,
        "check that no other program uses the port and that the address belongs to this host",
        error,
      );
    }
  }

  #listen(): void {
    const { handlers, networkName } = this.#options;
    const own = networkProtocol(networkName);
    this.#host.addEventListener("connection:open", ({ detail: connection }) => {
      this.#admission.open(connection.remotePeer.toString(), monotonicMs());
      // Libp2p has counted the connection when the other listeners of this event are through.
      queueMicrotask(() => {
        if (this.#gate.isTooMany(connection)) connection.abort(new Error("too many connections"));
      });
    });
    this.#host.addEventListener("peer:identify", ({ detail }) => {
      const peer = detail.peerId.toString();
      const belongs = detail.protocols.includes(own);
      if (!this.#admission.decide(peer, belongs)) return;
      if (!belongs) return this.#turnAway(peer);
      this.#dialer.found(peer, "found", usable(detail.listenAddrs, detail.connection));
      handlers.connected(peer);
    });
    this.#host.addEventListener("peer:disconnect", ({ detail }) => {
      const peer = detail.toString();
      const closed = this.#admission.close(peer);
      if (closed !== undefined) this.#dialer.left(peer, monotonicMs() - closed.sinceMs);
      if (closed?.admitted === true) handlers.disconnected(peer);
    });
    this.#host.addEventListener("peer:discovery", ({ detail: { id, multiaddrs } }) => {
      this.#dialer.found(id.toString(), "found", multiaddrs.filter(isTcp));
    });
  }

  async #handleRequests(): Promise<void> {
    const { protocols, limits } = this.#options;
    const bounds = { maxInboundStreams: limits.streams, maxOutboundStreams: limits.streams };
    for (const protocol of protocols) {
      const serve = (...[stream, connection]: Parameters<Parameters<Host["handle"]>[1]>): void => {
        void this.#answerer.serve(protocol, stream, connection);
      };
      await this.#host.handle(`/${protocol}`, serve, bounds);
    }
  }

  #judge(topic: string, from: PeerName, bytes: Uint8Array): "accept" | "ignore" | "reject" {
    if (bytes.length > this.#options.limits.gossipMessageBytes) {
      this.#budgets.violation(from, "GOSSIP_TOO_LARGE");
      return "reject";
    }
    const verdict = this.#options.handlers.gossip(topic, from, bytes);
    if (verdict !== "accept") this.#budgets.unaccepted(from);
    return verdict;
  }

  #gossipBroke(peer: PeerName, tooLong: boolean): void {
    if (tooLong) this.#budgets.violation(peer, "GOSSIP_TOO_LARGE");
    if (!this.#admission.has(peer)) return;
    if (tooLong) this.disconnect(peer);
    else this.#hangUp(peer);
  }

  #banFor(peer: PeerName, reason: P2pViolation): void {
    // What was already on its way when the peer was banned is no news.
    if (this.#gate.isBanned(peer)) return;
    const untilMs = Date.now() + this.#options.limits.banMs;
    this.#log("warn", "a peer was banned for breaking limits", { peer, reason, untilMs });
    this.ban(peer, untilMs);
    this.#options.handlers.banned?.(peer, untilMs, reason);
  }

  #turnAway(peer: PeerName): void {
    this.#log("info", "a peer belongs to another network", { peer });
    this.#dialer.book.avoid(peer, monotonicMs() + FOREIGN_MS);
    this.#hangUp(peer);
  }

  #hangUp(peer: PeerName): void {
    for (const connection of this.#connectionsOf(peer)) {
      connection.close().catch((error: Error) => connection.abort(error));
    }
  }

  #tick(): void {
    const now = monotonicMs();
    for (const peer of this.#admission.late(now)) this.#hangUp(peer);
    for (const peer of this.#admission.admitted()) this.#mendGossip(peer, now);
    this.#dialer.tick();
  }

  /**
   * Gossipsub opens a stream once for each connection that it is told of, and not again when that failed or the stream ended
   * with one connection of several. It also forgets a peer, and its subscriptions, when the news of an old connection's end
   * comes after a new one: only another connection mends that, and what could not be opened in a long time.
   */
  #mendGossip(peer: PeerName, now: number): void {
    const state = this.#gossip.stateOf(peer);
    if (state === "works") return;
    const connectedMs = now - this.#admission.sinceMs(peer);
    if (connectedMs > (state === "unknown" ? UNKNOWN_MS : MUTE_MS)) {
      this.#hangUp(peer);
      return;
    }
    const connection = this.#connectionsOf(peer).find(({ status }) => status === "open");
    if (state === "mute" && connection !== undefined) this.#gossip.reopen(connection);
  }

  async #lookUp(): Promise<void> {
    const key = this.#host.peerId.toMultihash().bytes;
    const signal = AbortSignal.any([AbortSignal.timeout(10 * TICK_MS), this.#closed.signal]);
    // The peers that a look-up meets are announced as discovered.
    for await (const _ of this.#host.services.kad.getClosestPeers(key, { signal }));
  }

  #connections(): readonly Connection[] {
    return this.#host.getConnections();
  }

  #connectionsOf(peer: PeerName): readonly Connection[] {
    return this.#connections().filter(({ remotePeer }: { remotePeer: PeerId }) => remotePeer.toString() === peer);
  }
}

/** Of the addresses that a peer claims those that can be meant for us: private ones count only from a private address. */
function usable(claimed: readonly Multiaddr[], { remoteAddr }: Connection): Multiaddr[] {
  const isPublic = subnetOf(ipOf(remoteAddr) ?? "") !== undefined;
  return claimed.filter((address) => {
    const ip = ipOf(address);
    return isTcp(address) && (!isPublic || ip === undefined || subnetOf(ip) !== undefined);
  });
}
