import type { Connection } from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import { AddressBook, type AddressSource, type KnownPeer } from "./addressBook.ts";
import { targetPeers } from "./limits.ts";
import type { P2pLimits, PeerName } from "./types.ts";

const DIALS_AT_ONCE = 8;
/** A connection that ends sooner counts as a failed dial: the peer may have refused this node. */
const LASTING_MS = 30_000;
const LOOKUP_EVERY_MS = 10_000;

/** What the dialer asks of the network. */
export interface DialerInit {
  readonly self: PeerName;
  readonly limits: P2pLimits;
  readonly nowMs: () => number;
  readonly connections: () => readonly Connection[];
  readonly isBanned: (peer: PeerName) => boolean;
  readonly dial: (addresses: Multiaddr[], signal: AbortSignal) => Promise<Connection>;
  /** Asks Kademlia for peers near the own id. */
  readonly lookUp: () => Promise<void>;
  readonly log: (message: string, fields: Record<string, unknown>) => void;
}

/** Keeps enough peers: dials what is known while there are few, and asks Kademlia below the minimum (kratos-core 12.2). */
export class Dialer {
  readonly book = new AddressBook();
  readonly #init: DialerInit;
  readonly #target: number;
  #dials = 0;
  #lookedUpMs = Number.NEGATIVE_INFINITY;

  constructor(init: DialerInit) {
    this.#init = init;
    this.#target = Math.min(targetPeers, init.limits.maxPeers);
  }

  /** Notes a peer. One found by mDNS is dialled at once unless it is connected (kratos-core 12.2). */
  found(peer: PeerName, source: AddressSource, addresses: readonly Multiaddr[]): void {
    if (peer === this.#init.self) return;
    const now = this.#init.nowMs();
    this.book.add(peer, source, addresses, now);
    if (source !== "mdns" || this.#peers().has(peer) || !this.book.isDue(peer, now)) return;
    if (this.#peers().size < this.#init.limits.maxPeers) this.#dial({ peer, source, addresses });
  }

  /** Notes an address without a peer id, such as a DNS seed gives: whoever answers there will do. */
  foundAddress(address: Multiaddr): void {
    this.book.add(address.toString(), "seed", [address], this.#init.nowMs());
  }

  /** Called every second and whenever a seed was added. */
  tick(): void {
    const now = this.#init.nowMs();
    const peers = this.#peers();
    this.book.forget(peers, now);
    const due = this.book.due(now).filter(({ peer }) => isName(peer) || !this.#reaches(peer));
    for (const known of chooseDials(due, this.#seedsAmong(), peers, this.#target)) {
      if (this.#dials >= DIALS_AT_ONCE) break;
      if (!this.#init.isBanned(known.peer)) this.#dial(known);
    }
    if (peers.size >= this.#init.limits.minPeers || peers.size === 0 || now - this.#lookedUpMs < LOOKUP_EVERY_MS)
      return;
    this.#lookedUpMs = now;
    // A look-up that finds nobody is no news: the next one follows.
    this.#init.lookUp().catch(() => {});
  }

  /** The last connection of a peer has ended. @param lastedMs since the first of them began */
  left(peer: PeerName, lastedMs: number): void {
    if (lastedMs >= LASTING_MS) {
      this.book.lasted(peer, this.#init.nowMs());
      return;
    }
    this.book.failed(peer, this.#init.nowMs());
    this.#init.log("a connection did not last", { peer, lastedMs: Math.round(lastedMs) });
  }

  #dial(known: KnownPeer): void {
    const { peer } = known;
    this.#dials += 1;
    this.book.dialling(peer);
    const addresses = isName(peer) ? known.addresses.map((address) => withPeer(address, peer)) : [...known.addresses];
    this.#init.dial(addresses, AbortSignal.timeout(this.#init.limits.handshakeTimeoutMs)).then(
      ({ remotePeer }) => {
        this.#dials -= 1;
        if (!isName(peer)) this.found(remotePeer.toString(), known.source, known.addresses);
        this.book.reached(peer, this.#init.nowMs());
      },
      (error: unknown) => {
        this.#dials -= 1;
        this.book.failed(peer, this.#init.nowMs());
        this.#init.log("a dial failed", { peer, source: known.source, error: String(error) });
      },
    );
  }

  #peers(): Set<PeerName> {
    return new Set(this.#init.connections().map(({ remotePeer }) => remotePeer.toString()));
  }

  #reaches(address: string): boolean {
    return this.#init.connections().some(({ remoteAddr }) => remoteAddr.toString().startsWith(`${address}/`));
  }

  #seedsAmong(): number {
    const outbound = this.#init.connections().filter(({ direction }) => direction === "outbound");
    const names = new Set(outbound.map(({ remotePeer }) => remotePeer.toString()));
    return [...names].filter((peer) => this.book.sourceOf(peer) === "seed").length;
  }
}

/**
 * Whom to dial: nobody when there are enough peers; seeds only for half of the places while others are known
 * (kratos-core 12.2, D42).
 * @param due in order of preference @param seeds outbound peers that are seeds
 */
export function chooseDials(
  due: readonly KnownPeer[],
  seeds: number,
  connected: ReadonlySet<PeerName>,
  target: number,
): KnownPeer[] {
  const wanted = Math.max(0, target - connected.size);
  const free = due.filter(({ peer }) => !connected.has(peer));
  const others = free.filter(({ source }) => source !== "seed");
  const seedPlaces = Math.max(0, Math.floor(target / 2) - seeds, wanted - others.length);
  const chosen = free.filter(({ source }) => source === "seed").slice(0, Math.min(wanted, seedPlaces));
  return [...chosen, ...others.slice(0, wanted - chosen.length)];
}

/** Entries of the book without a peer id are named by their address. */
function isName(peer: PeerName): boolean {
  return !peer.startsWith("/");
}

function withPeer(address: Multiaddr, peer: PeerName): Multiaddr {
  return address.toString().includes("/p2p/") ? address : address.encapsulate(`/p2p/${peer}`);
}
