import type { Server, TLSSocket } from "node:tls";
import { Connection, type ConnectionOwner } from "./connection.ts";
import { Dialer } from "./dialer.ts";
import { DialerTable } from "./dialerTable.ts";
import { dialTargets } from "./dialTargets.ts";
import { chooseDuplicate, decidesDuplicate } from "./duplicates.ts";
import type { NetFault, NetFaultCode } from "./errors.ts";
import { type Channel, type FrameRule, frameRules } from "./frameTypes.ts";
import { Gate } from "./gate.ts";
import { compareHello, type Hello, ROLE_VALIDATOR } from "./hello.ts";
import { makeTlsIdentity, type TlsIdentity } from "./identity.ts";
import { DEFAULT_LIMITS, type NetLimits } from "./limits.ts";
import { openListener } from "./openListener.ts";
import type { Peer } from "./peer.ts";
import { PeerTable } from "./peerTable.ts";
import { POINTS_MALFORMED, POINTS_OVER_BUDGET } from "./penalties.ts";
import { Readiness } from "./readiness.ts";
import { dialTls, makeServer, readHandshake } from "./tls.ts";
import { Traffic } from "./traffic.ts";
import type { Address, PeerIndex, PeerInfo, PeerNetwork, PeerNetworkOptions, UpstreamPeer } from "./types.ts";

const CHANNELS: readonly Channel[] = ["consensus", "bulk"];
const VALIDATOR = Object.freeze({ role: "validator" });
const FOLLOWER = Object.freeze({ role: "follower" });

/**
 * Makes the network of one node; `start` opens it (kairos §13).
 * @throws NetError NET_CONFIG when the validator list or our place in it is wrong.
 * @example
 * const net = createPeerNetwork({ identity, listen, validators, self: 0, hello, handlers, maxBlockBytes, clock });
 * await net.start();
 */
export function createPeerNetwork(options: PeerNetworkOptions): PeerNetwork {
  return new TlsPeerNetwork(options);
}

class TlsPeerNetwork implements PeerNetwork, ConnectionOwner {
  readonly peerId: string;
  readonly clock;
  readonly limits: NetLimits;
  readonly rules: ReadonlyMap<number, FrameRule>;
  readonly #options: PeerNetworkOptions;
  readonly #identity: TlsIdentity;
  readonly #peers: PeerTable;
  readonly #gate: Gate;
  readonly #ready: Readiness;
  readonly #traffic: Traffic | undefined;
  readonly #dialers: DialerTable;
  readonly #connections = new Set<Connection>();
  #server: Server | undefined;
  #closed = false;
  #sentBefore = 0;

  constructor(options: PeerNetworkOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.rules = frameRules(options.maxBlockBytes, options.maxMessageBytes);
    this.#traffic = options.metrics === undefined ? undefined : new Traffic(options.metrics, this.rules);
    this.#identity = makeTlsIdentity(options.identity.secretKey);
    this.peerId = this.#identity.peerId;
    this.#peers = new PeerTable(options, this.limits, this.peerId);
    this.#gate = new Gate(this.limits);
    const channels = options.self === undefined ? CHANNELS.slice(1) : CHANNELS;
    this.#dialers = new DialerTable({
      ...{
        outbound: this.limits.outbound,
        ownKey: this.peerId,
        isValidator: (key: string) => this.#peers.isValidator(key),
      },
      make: (key, address) => channels.map((channel) => this.#makeDialer(key, channel, address)),
      isConnected: (key) => (this.#peers.byId(key)?.all().length ?? 0) > 0,
    });
    const n = options.validators.length;
    const others = options.self === undefined ? n : n - 1;
    const needed = Math.min(options.readyPeers ?? n - Math.floor((n - 1) / 5) - 1, others);
    this.#ready = new Readiness(Math.max(0, needed), this.limits.bootstrapTimeoutMs, options.logger);
  }

  async start(): Promise<Address | undefined> {
    const address = this.#options.listen === undefined ? undefined : await this.#listen(this.#options.listen);
    this.#dialers.startAll(
      dialTargets(this.#options, this.limits.outbound, this.peerId),
      this.#options.upstreams ?? [],
    );
    this.#ready.start(this.#connectedValidators());
    return address;
  }

  async #listen(listen: Address): Promise<Address> {
    const server = makeServer(this.#identity, this.limits.handshakeTimeoutMs);
    this.#server = server;
    server.on("connection", (socket) => {
      if (this.#gate.enter(socket)) return;
      this.#count("p2p_refused_total", { reason: "gate" });
      socket.destroy();
    });
    server.on("tlsClientError", (_error, socket) => {
      this.#count("p2p_refused_total", { reason: "tls" });
      socket.destroy();
    });
    server.on("secureConnection", (socket) => this.#accept(socket));
    return openListener(server, listen, this.#options.logger);
  }

  #makeDialer(publicKeyHex: string, channel: Channel, address: Address | undefined): Dialer {
    return new Dialer({
      channel,
      limits: this.limits,
      random: this.#options.random ?? Math.random,
      address,
      isConnected: () => this.#peers.byId(publicKeyHex)?.on(channel) !== undefined,
      isBanned: () => this.#peers.isBanned(publicKeyHex, this.clock.monotonicMs()),
      dial: (to) => dialTls(this.#identity, to, channel),
      onSecure: (socket) => this.#dialled(socket, publicKeyHex, channel),
    });
  }

  /** The key must be the one we dialled for (kairos N1). */
  #dialled(socket: TLSSocket, expected: string, channel: Channel): boolean {
    const seen = readHandshake(socket);
    if (this.#closed || seen === undefined || seen.peerId !== expected || seen.channel !== channel) {
      this.#count("p2p_refused_total", { reason: "PEER_KEY" });
      return false;
    }
    this.#open(socket, expected, channel, true);
    return true;
  }

  #accept(socket: TLSSocket): void {
    socket.on("error", () => undefined);
    const seen = readHandshake(socket);
    if (this.#closed || seen === undefined) {
      this.#count("p2p_refused_total", { reason: "PEER_KEY" });
      socket.destroy();
      return;
    }
    const refusal = this.#peers.refusal(seen.peerId, seen.channel, this.clock.monotonicMs());
    const connection = this.#open(socket, seen.peerId, seen.channel, false, refusal === undefined);
    if (refusal !== undefined) connection.close(because(refusal));
  }

  #open(socket: TLSSocket, peerId: string, channel: Channel, dialled: boolean, greet = true): Connection {
    const connection = new Connection(socket, this, peerId, channel, dialled);
    this.#connections.add(connection);
    if (greet) connection.sayHello(this.#options.hello({ peerId, dialled }));
    return connection;
  }

  onHello(connection: Connection, hello: Hello): NetFault | undefined {
    const refusal = compareHello(this.#options.hello(), hello);
    if (refusal !== undefined) return refusal;
    const isValidator = this.#peers.isValidator(connection.peerId);
    if (hello.role === ROLE_VALIDATOR && !isValidator) return because("HELLO_ROLE");
    const peer = this.#peers.obtain(connection.peerId, this.clock.monotonicMs());
    // Room was checked when the connection came; another follower may have taken it since.
    if (peer === undefined) return because("PEER_BUSY");
    if (!connection.dialled) this.#gate.admitted(connection.remote, isValidator);
    connection.upAt = this.clock.monotonicMs();
    peer.add(connection);
    this.#removeDuplicate(peer, connection);
    if (peer.isPaused && connection.isOpen) connection.pause();
    for (const dialer of this.#dialers.of(peer.peerId)) {
      if (dialer.channel === connection.channel) dialer.succeeded();
    }
    this.#refresh(peer, hello);
    return undefined;
  }

  #removeDuplicate(peer: Peer, newer: Connection): void {
    for (const other of peer.others(newer)) if (other.isLeaving) other.leave();
    const [older, ...rest] = peer.others(newer);
    for (const extra of rest) extra.retire();
    if (older === undefined) return;
    const crossed = newer.startedAt <= (older.upAt ?? Number.POSITIVE_INFINITY);
    const loser = chooseDuplicate(this.peerId, newer, older, crossed) === "newer" ? newer : older;
    if (decidesDuplicate(this.peerId, peer.peerId)) loser.retire();
    else peer.sendLast(loser);
  }

  /** Tells the host when the peer as a whole has come up or gone down. */
  #refresh(peer: Peer, hello: Hello): void {
    const needsConsensus = peer.isValidator && this.#options.self !== undefined;
    const up = peer.on("bulk") !== undefined && (!needsConsensus || peer.on("consensus") !== undefined);
    this.#ready.connected(this.#connectedValidators());
    if (up === peer.isUp || this.#closed) return;
    peer.isUp = up;
    this.#options.logger?.log("info", up ? "link up" : "link down", { peer: peer.index });
    this.#options.handlers.onLink(peer.index, up, hello);
  }

  #connectedValidators(): number {
    const channel = this.#options.self === undefined ? "bulk" : "consensus";
    const isSource = (p: Peer) => p.isValidator || this.#peers.isUpstream(p.peerId);
    return this.#peers.all().filter((p) => isSource(p) && p.on(channel)).length;
  }

  isReplaced(connection: Connection): boolean {
    return (this.#peers.byId(connection.peerId)?.others(connection).length ?? 0) > 0;
  }

  onClose(connection: Connection, fault: NetFault): void {
    if (this.#connections.delete(connection)) this.#sentBefore += connection.sentBytes;
    this.#count("p2p_closed_total", { reason: fault.code });
    const { peerId, channel, hello } = connection;
    const peer = this.#peers.byId(peerId);
    this.#options.logger?.log("debug", "connection closed", {
      peer: peerId.slice(0, 16),
      channel,
      reason: fault.code,
      detail: fault.detail ?? "",
    });
    if (peer === undefined) return;
    if (fault.verdict === "punish") this.#charge(peer, POINTS_MALFORMED, fault.code);
    if (peer.remove(connection) && hello !== undefined) this.#refresh(peer, hello);
    if (peer.all().length === 0) this.#peers.release(peer, this.clock.monotonicMs());
    for (const dialer of this.#dialers.of(peer.peerId)) if (dialer.channel === channel) dialer.retry();
  }

  admit(connection: Connection, rule: FrameRule, frameBytes: number): number | "drop" {
    const peer = this.#peers.byId(connection.peerId);
    if (peer === undefined) return 0;
    const now = this.clock.monotonicMs();
    peer.seenMs = now;
    const throttled = peer.score.isLimited(now);
    // Quorums may need a validator under penalty: its votes and certificates still pass, slowly (kairos N8).
    if (throttled && rule.budget !== "vote" && rule.budget !== "certificate" && rule.budget !== "other") return "drop";
    const wait = peer.budgets.pay(rule.budget, frameBytes, throttled, now);
    if (wait === 0) return 0;
    // The wait itself holds a consensus connection to its rate, so it costs a point a second, not a point a frame: a
    // correct validator that catches up must not be throttled for it.
    const isWait = connection.channel === "consensus";
    if (!isWait || peer.mayChargeWait(now)) this.#charge(peer, POINTS_OVER_BUDGET, "over budget");
    return isWait ? wait : "drop";
  }

  onFrame(connection: Connection, type: number, body: Uint8Array): boolean {
    const peer = this.#peers.byId(connection.peerId);
    if (peer === undefined) return true;
    const { handlers } = this.#options;
    const deliver = connection.channel === "consensus" ? handlers.onConsensus : handlers.onBulk;
    const goOn = deliver.call(handlers, peer.index, type, body) !== false;
    if (!goOn) this.pause(peer.index);
    return goOn && !peer.isPaused;
  }

  onTraffic(direction: "in" | "out", type: number, bodyBytes: number): void {
    if (direction === "in") this.#traffic?.received(type, bodyBytes);
    else this.#traffic?.sent(type, bodyBytes);
  }

  onRtt(connection: Connection, rttMs: number): void {
    const peer = this.#peers.byId(connection.peerId);
    if (peer !== undefined) peer.seenMs = this.clock.monotonicMs();
    const role = this.#peers.isValidator(connection.peerId) ? VALIDATOR : FOLLOWER;
    this.#options.metrics?.observe("p2p_rtt_seconds", rttMs / 1_000, role);
  }

  onDrop(_connection: Connection, reason: "queue" | "skew" | "budget", type: number): void {
    this.#count("p2p_dropped_total", { reason, type: this.rules.get(type)?.name ?? "unknown" });
  }

  sendConsensus(peer: PeerIndex, type: number, body: Uint8Array, view: number): boolean {
    return this.#peers.get(peer)?.on("consensus")?.send(type, body, view) ?? false;
  }

  broadcastConsensus(type: number, body: Uint8Array, view: number): number {
    let sent = 0;
    for (const peer of this.#peers.all()) if (peer.on("consensus")?.send(type, body, view)) sent++;
    return sent;
  }

  sendBulk(peer: PeerIndex, type: number, body: Uint8Array): boolean {
    return this.#peers.get(peer)?.on("bulk")?.send(type, body) ?? false;
  }

  broadcastBulk(type: number, body: Uint8Array, filter?: (peer: PeerInfo) => boolean): number {
    let sent = 0;
    for (const peer of this.#peers.all()) {
      if (filter !== undefined && !filter(this.#info(peer))) continue;
      if (peer.on("bulk")?.send(type, body)) sent++;
    }
    return sent;
  }

  report(peer: PeerIndex, points: number, reason: string): void {
    const found = this.#peers.get(peer);
    if (found !== undefined) this.#charge(found, points, reason);
  }

  #charge(peer: Peer, points: number, reason: string): void {
    const now = this.clock.monotonicMs();
    this.#options.metrics?.count("p2p_penalties_total", points, { reason: reason.slice(0, 64) });
    if (!peer.score.add(points, now)) return;
    const isBan = this.#peers.canBan(peer.peerId);
    this.#options.logger?.log("warn", isBan ? "peer banned" : "validator throttled", {
      peer: peer.peerId.slice(0, 16),
      reason: reason.slice(0, 64),
    });
    this.#count(isBan ? "p2p_banned_total" : "p2p_throttled_total", {});
    if (!isBan) return;
    this.#peers.ban(peer.peerId, now);
    for (const connection of peer.all()) connection.close(because("PEER_BANNED"));
  }

  ban(peerId: string): number | undefined {
    if (peerId === this.peerId || !this.#peers.canBan(peerId)) return undefined;
    const now = this.clock.monotonicMs();
    const untilMs = this.#peers.ban(peerId, now);
    this.#count("p2p_banned_total", {});
    for (const connection of this.#peers.byId(peerId)?.all() ?? []) connection.close(because("PEER_BANNED"));
    return untilMs - now;
  }

  refresh(): number {
    return this.#dialers.all().filter((dialer) => dialer.dialNow()).length;
  }

  redial(peer: PeerIndex): void {
    for (const connection of this.#peers.get(peer)?.all() ?? []) connection.close(because("LINK_CLOSING"));
  }

  pause(peer: PeerIndex): void {
    const found = this.#peers.get(peer);
    if (found === undefined) return;
    found.isPaused = true;
    for (const connection of found.all()) connection.pause();
  }

  resume(peer: PeerIndex): void {
    const found = this.#peers.get(peer);
    if (found === undefined || !found.isPaused) return;
    found.isPaused = false;
    for (const connection of found.all()) connection.resume();
  }

  peers(): readonly PeerInfo[] {
    return this.#peers.all().map((peer) => this.#info(peer));
  }

  #info(peer: Peer): PeerInfo {
    return {
      peer: peer.index,
      peerId: peer.peerId,
      isValidator: peer.isValidator,
      isUpstream: this.#dialers.has(peer.peerId),
      up: peer.isUp,
      channels: CHANNELS.filter((channel) => peer.on(channel) !== undefined),
      rttMs: (peer.on("consensus") ?? peer.on("bulk"))?.rttMs,
      idleMs: this.clock.monotonicMs() - peer.seenMs,
      queuedBytes: peer.all().reduce((sum, c) => sum + c.queuedBytes, 0),
      score: peer.score.value(this.clock.monotonicMs()),
      hello: peer.hello,
    };
  }

  get sentBytes(): number {
    let sum = this.#sentBefore;
    for (const connection of this.#connections) sum += connection.sentBytes;
    return sum;
  }

  takeQueuePeak(): number {
    let peak = 0;
    for (const connection of this.#connections) peak = Math.max(peak, connection.takeQueuePeak());
    return peak;
  }

  setAddress(peer: PeerIndex, address: Address): void {
    const key = this.#options.validators.find(({ index }) => index === peer)?.publicKeyHex ?? "";
    for (const dialer of this.#dialers.of(key)) dialer.setAddress(address);
  }

  setUpstreams(peers: readonly UpstreamPeer[]): void {
    if (this.#closed || this.#options.self !== undefined) return;
    this.#peers.setUpstreams(this.#dialers.setUpstreams(peers));
  }

  waitReady(): Promise<boolean> {
    return this.#ready.wait();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#ready.close();
    this.#dialers.close();
    for (const connection of [...this.#connections]) connection.destroy();
    const server = this.#server;
    if (server?.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #count(name: string, labels: Readonly<Record<string, string>>): void {
    this.#options.metrics?.count(name, 1, labels);
  }
}

function because(code: NetFaultCode): NetFault {
  return { code, verdict: "ignore" };
}
