import type { Connection } from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import { AddressBook, type AddressSource, type KnownPeer } from "./addressBook.ts";
import { targetPeers } from "./limits.ts";
import type { P2pLimits, PeerName } from "./types.ts";

const DIAL_MS = 5_000;
const DIALS_AT_ONCE = 8;
const LOOKUP_EVERY_MS = 10_000;

/** What the dialer asks of the network. */
export interface DialerInit {
  readonly self: PeerName;
  readonly limits: P2pLimits;
  readonly nowMs: () => number;
  readonly connections: () => readonly Connection[];
  readonly isBanned: (peer: PeerName) => boolean;
  readonly dial: (addresses: Multiaddr[], signal: AbortSignal) => Promise<unknown>;
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

  /** Called every second and whenever a seed was added. */
  tick(): void {
    const now = this.#init.nowMs();
    const peers = this.#peers();
    this.book.forget(peers, now);
    for (const known of chooseDials(this.book.due(now), this.#seedsAmong(), peers, this.#target)) {
      if (this.#dials >= DIALS_AT_ONCE) break;
      if (!this.#init.isBanned(known.peer)) this.#dial(known);
    }
    if (peers.size >= this.#init.limits.minPeers || peers.size === 0 || now - this.#lookedUpMs < LOOKUP_EVERY_MS)
      return;
    this.#lookedUpMs = now;
    // A look-up that finds nobody is no news: the next one follows.
    this.#init.lookUp().catch(() => {});
  }

  #dial(known: KnownPeer): void {
    const { peer } = known;
    this.#dials += 1;
    this.book.dialling(peer);
    const addresses = known.addresses.map((address) => withPeer(address, peer));
    this.#init.dial(addresses, AbortSignal.timeout(DIAL_MS)).then(
      () => this.#dialled(known, undefined),
      (error: unknown) => this.#dialled(known, error),
    );
  }

  #dialled({ peer, source }: KnownPeer, error: unknown): void {
    this.#dials -= 1;
    this.book.dialled(peer, error === undefined, this.#init.nowMs());
    if (error !== undefined) this.#init.log("a dial failed", { peer, source, error: String(error) });
  }

  #peers(): Set<PeerName> {
    return new Set(this.#init.connections().map(({ remotePeer }) => remotePeer.toString()));
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

function withPeer(address: Multiaddr, peer: PeerName): Multiaddr {
  return address.toString().includes("/p2p/") ? address : address.encapsulate(`/p2p/${peer}`);
}
