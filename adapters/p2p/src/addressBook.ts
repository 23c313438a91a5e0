import type { Multiaddr } from "@multiformats/multiaddr";
import type { PeerName } from "./types.ts";

/** Where an address came from; `seed` are bootnodes and the lists of DNS seeds. */
export type AddressSource = "seed" | "mdns" | "found";

/** A peer that can be dialled. */
export interface KnownPeer {
  readonly peer: PeerName;
  readonly source: AddressSource;
  readonly addresses: readonly Multiaddr[];
}

interface Entry {
  readonly peer: PeerName;
  source: AddressSource;
  readonly addresses: Map<string, Multiaddr>;
  seenMs: number;
  failures: number;
  nextMs: number;
  dialling: boolean;
}

const MAX_PEERS = 1_000;
const MAX_ADDRESSES = 8;
/** Kratos-core 12.2: an inactive peer is forgotten after an hour. Seeds are configuration and stay. */
const FORGET_MS = 3_600_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;

/** The peers that a node could dial, and when it may try each again. Bounded; times are monotonic milliseconds. */
export class AddressBook {
  readonly #entries = new Map<PeerName, Entry>();

  /** Notes addresses of a peer; seeds keep their rank. */
  add(peer: PeerName, source: AddressSource, addresses: readonly Multiaddr[], nowMs: number): void {
    let entry = this.#entries.get(peer);
    if (entry === undefined) {
      if (this.#entries.size >= MAX_PEERS && !this.#dropOne()) return;
      entry = { peer, source, addresses: new Map(), seenMs: nowMs, failures: 0, nextMs: nowMs, dialling: false };
      this.#entries.set(peer, entry);
    }
    if (source === "seed") entry.source = source;
    entry.seenMs = nowMs;
    for (const address of addresses.slice(0, MAX_ADDRESSES)) {
      const text = address.toString();
      entry.addresses.delete(text);
      entry.addresses.set(text, address);
      if (entry.addresses.size > MAX_ADDRESSES) entry.addresses.delete(entry.addresses.keys().next().value!);
    }
  }

  /** Whether a peer may be dialled now. */
  isDue(peer: PeerName, nowMs: number): boolean {
    const entry = this.#entries.get(peer);
    return entry !== undefined && !entry.dialling && entry.nextMs <= nowMs && entry.addresses.size > 0;
  }

  /** The peers that may be dialled now, seeds first, then those that failed least and were seen last. */
  due(nowMs: number): KnownPeer[] {
    return [...this.#entries.values()]
      .filter(({ peer }) => this.isDue(peer, nowMs))
      .sort((a, b) => rank(a) - rank(b) || a.failures - b.failures || b.seenMs - a.seenMs)
      .map((entry) => ({ peer: entry.peer, source: entry.source, addresses: [...entry.addresses.values()] }));
  }

  sourceOf(peer: PeerName): AddressSource | undefined {
    return this.#entries.get(peer)?.source;
  }

  addressesOf(peer: PeerName): readonly Multiaddr[] {
    return [...(this.#entries.get(peer)?.addresses.values() ?? [])];
  }

  dialling(peer: PeerName): void {
    const entry = this.#entries.get(peer);
    if (entry !== undefined) entry.dialling = true;
  }

  /** A dial failed, or a connection did not last: the next dial waits twice as long as the one before. */
  failed(peer: PeerName, nowMs: number): void {
    const entry = this.#entries.get(peer);
    if (entry === undefined) return;
    entry.dialling = false;
    entry.failures += 1;
    entry.nextMs = nowMs + Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(entry.failures, 10));
  }

  /** A dial reached somebody. */
  reached(peer: PeerName, nowMs: number): void {
    const entry = this.#entries.get(peer);
    if (entry === undefined) return;
    entry.dialling = false;
    entry.nextMs = nowMs + FIRST_RETRY_MS;
  }

  /** A connection that lasted has ended. */
  lasted(peer: PeerName, nowMs: number): void {
    const entry = this.#entries.get(peer);
    if (entry === undefined) return;
    entry.failures = 0;
    entry.seenMs = nowMs;
    entry.nextMs = Math.max(entry.nextMs, nowMs + FIRST_RETRY_MS);
  }

  /** Leaves a peer alone for a while: it belongs to another network, or it is banned. */
  avoid(peer: PeerName, untilMs: number): void {
    const entry = this.#entries.get(peer);
    if (entry !== undefined) entry.nextMs = Math.max(entry.nextMs, untilMs);
  }

  /** Forgets what has not been seen for an hour. @param keep connected peers */
  forget(keep: ReadonlySet<PeerName>, nowMs: number): void {
    for (const entry of this.#entries.values()) {
      if (keep.has(entry.peer)) entry.seenMs = nowMs;
      if (entry.source !== "seed" && nowMs - entry.seenMs > FORGET_MS) this.#entries.delete(entry.peer);
    }
  }

  #dropOne(): boolean {
    const oldest = [...this.#entries.values()]
      .filter(({ source, dialling }) => source !== "seed" && !dialling)
      .reduce<Entry | undefined>(
        (found, entry) => (found === undefined || worse(entry, found) ? entry : found),
        undefined,
      );
    return oldest !== undefined && this.#entries.delete(oldest.peer);
  }
}

function rank({ source }: Entry): number {
  return source === "seed" ? 0 : 1;
}

function worse(a: Entry, b: Entry): boolean {
  return a.failures === b.failures ? a.seenMs < b.seenMs : a.failures > b.failures;
}
