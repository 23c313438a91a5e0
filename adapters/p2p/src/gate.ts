import type { Connection, ConnectionGater, MultiaddrConnection, PeerId } from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import { ipOf, isTcp, peerOf, siteOf, subnetOf } from "./address.ts";
import type { P2pLimits, PeerName } from "./types.ts";

/** Bans kept at once; the one that ends first goes first. */
const MAX_BANS = 10_000;
/** One place of so many is kept for outbound peers. */
const RESERVED_SHARE = 6;

/** Who may connect and who is dialled: bans, and the numbers of connections of kratos-core 12.2. */
export class Gate {
  readonly #limits: P2pLimits;
  readonly #connections: () => readonly Connection[];
  readonly #nowMs: () => number;
  readonly #bans = new Map<PeerName, number>();
  readonly #sockets = new Map<string, number>();

  /** @param connections the open ones @param nowMs Unix milliseconds */
  constructor(limits: P2pLimits, connections: () => readonly Connection[], nowMs: () => number) {
    this.#limits = limits;
    this.#connections = connections;
    this.#nowMs = nowMs;
  }

  /** Refuses a peer until then. @param untilMs Unix milliseconds */
  ban(peer: PeerName, untilMs: number): void {
    this.#bans.set(peer, Math.max(untilMs, this.#bans.get(peer) ?? 0));
    if (this.#bans.size <= MAX_BANS) return;
    const [first] = [...this.#bans].sort(([, a], [, b]) => a - b);
    if (first !== undefined) this.#bans.delete(first[0]);
  }

  isBanned(peer: PeerName): boolean {
    const until = this.#bans.get(peer);
    if (until === undefined) return false;
    if (until > this.#nowMs()) return true;
    this.#bans.delete(peer);
    return false;
  }

  /** Whether another outbound peer at this address keeps within the limit for its subnet. */
  hasRoom(address: Multiaddr, peer: PeerName | undefined): boolean {
    const subnet = subnetOf(ipOf(address) ?? "");
    if (subnet === undefined) return true;
    const others = new Set<PeerName>();
    for (const { direction, remoteAddr, remotePeer } of this.#connections()) {
      const name = remotePeer.toString();
      if (direction === "outbound" && name !== peer && subnetOf(ipOf(remoteAddr) ?? "") === subnet) others.add(name);
    }
    return others.size < this.#limits.outboundPerSubnet;
  }

  /** The hooks of libp2p; each says whether to refuse. */
  gater(): ConnectionGater {
    return {
      denyDialPeer: (peer) => this.isBanned(peer.toString()),
      denyDialMultiaddr: (address) => !isTcp(address) || !this.hasRoom(address, peerOf(address)),
      denyInboundConnection: (socket) => !this.#takeSocket(socket),
      denyInboundEncryptedConnection: (peer) => !this.#mayJoin(peer, this.#reserved()),
      denyOutboundEncryptedConnection: (peer, socket) =>
        !this.#mayJoin(peer, 0) || !this.hasRoom(socket.remoteAddr, peer.toString()),
      filterMultiaddrForPeer: (_peer, address) => isTcp(address),
    };
  }

  /** Whether a connection that has just opened is one too many: several may pass the gate at the same time. */
  isTooMany(connection: Connection): boolean {
    const open = this.#connections();
    const peer = connection.remotePeer.toString();
    const own = open.filter(({ remotePeer }) => remotePeer.toString() === peer);
    const peers = new Set(open.map(({ remotePeer }) => remotePeer.toString()));
    return (
      own.length > this.#limits.connectionsPerPeer ||
      peers.size > this.#limits.maxPeers ||
      (connection.direction === "outbound" && !this.hasRoom(connection.remoteAddr, peer))
    );
  }

  /** @param kept places that this peer may not take */
  #mayJoin(peer: PeerId, kept: number): boolean {
    const name = peer.toString();
    if (this.isBanned(name)) return false;
    const open = this.#connections();
    const own = open.filter(({ remotePeer }) => remotePeer.toString() === name).length;
    if (own > 0) return own < this.#limits.connectionsPerPeer;
    return new Set(open.map(({ remotePeer }) => remotePeer.toString())).size < this.#limits.maxPeers - kept;
  }

  /** Places kept for peers that this node chooses itself: a crowd that dials in must not be all it hears. */
  #reserved(): number {
    const outbound = this.#connections().filter(({ direction }) => direction === "outbound");
    const chosen = new Set(outbound.map(({ remotePeer }) => remotePeer.toString())).size;
    return Math.max(0, Math.floor(this.#limits.maxPeers / RESERVED_SHARE) - chosen);
  }

  /** Counts inbound sockets by address from their first byte to their last, whether or not they get through. */
  #takeSocket(socket: MultiaddrConnection): boolean {
    const address = ipOf(socket.remoteAddr);
    if (address === undefined) return false;
    const ip = siteOf(address);
    const held = this.#sockets.get(ip) ?? 0;
    if (held >= this.#limits.connectionsPerIp) return false;
    this.#sockets.set(ip, held + 1);
    socket.addEventListener("close", () => {
      const left = (this.#sockets.get(ip) ?? 1) - 1;
      if (left === 0) this.#sockets.delete(ip);
      else this.#sockets.set(ip, left);
    });
    return true;
  }
}
