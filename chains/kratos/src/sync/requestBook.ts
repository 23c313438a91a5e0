import { type Digest, type Millis, millis } from "@polis/codec";
import type { LinkEffect, PeerName } from "../wire/link.ts";
import type { NodeRequest } from "../wire/messages.ts";
import type { Wire } from "../wire/wire.ts";

/** Limits of kratos-core 12.11. */
const MAX_IN_FLIGHT = 3;
const INTERVAL_MS = 500;
/** Longer than the network waits (30 s): an answer that it forgot to give counts as none. */
const EXPIRY_MS = 35_000;

/** What a request is for. */
export type Purpose =
  | { readonly kind: "range"; readonly from: number; readonly count: number; readonly plan: number }
  | { readonly kind: "block"; readonly hash: Digest }
  | { readonly kind: "proof"; readonly number: number }
  | { readonly kind: "status" }
  | { readonly kind: "catchUp" };

/** A request without an answer yet. */
export interface Pending {
  readonly id: number;
  readonly peer: PeerName;
  readonly purpose: Purpose;
  readonly request: NodeRequest;
  readonly sentAt: Millis;
}

/**
 * The open requests of a node that synchronises, and when the next one may go (kratos-core 12.11, I44): three for blocks and
 * headers at most, and 500 ms between them, except that a full answer lets one more follow at once.
 */
export class RequestBook {
  readonly #wire: Wire;
  readonly #nextId: () => number;
  readonly #pending = new Map<number, Pending>();
  #lastAt: Millis | undefined;
  #followers = 0;

  constructor(wire: Wire, nextId: () => number) {
    this.#wire = wire;
    this.#nextId = nextId;
  }

  /** Open requests for blocks and headers. */
  get inFlight(): number {
    return [...this.#pending.values()].filter(isPaced).length;
  }

  has(id: number): boolean {
    return this.#pending.has(id);
  }

  /** True when some open request is for this. */
  some(test: (pending: Pending) => boolean): boolean {
    return [...this.#pending.values()].some(test);
  }

  /** A full answer came: the next request need not wait. */
  allowFollower(): void {
    this.#followers = Math.min(MAX_IN_FLIGHT, this.#followers + 1);
  }

  /** Something failed: what follows keeps the interval. */
  forbidFollowers(): void {
    this.#followers = 0;
  }

  mayFetch(now: Millis): boolean {
    return this.inFlight < MAX_IN_FLIGHT && (this.#followers > 0 || now >= this.#freeAt(now));
  }

  /** When a request for blocks may go; undefined while three are open: an answer comes first. */
  nextFetchAt(now: Millis): Millis | undefined {
    if (this.inFlight >= MAX_IN_FLIGHT) return undefined;
    return this.#followers > 0 ? now : this.#freeAt(now);
  }

  send(now: Millis, peer: PeerName, purpose: Purpose, request: NodeRequest): LinkEffect {
    const id = this.#nextId();
    const pending = { id, peer, purpose, request, sentAt: now };
    this.#pending.set(id, pending);
    if (isPaced(pending)) {
      if (now < this.#freeAt(now)) this.#followers--;
      this.#lastAt = now;
    }
    return { kind: "request", id, peer, protocol: "req", bytes: this.#wire.encodeRequest(request) };
  }

  /** Takes out the request that an answer is for. */
  take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  /** Takes out all requests to a peer that is gone. */
  takeOf(peer: PeerName): readonly Pending[] {
    return this.#takeAll((pending) => pending.peer === peer);
  }

  /** Takes out what nobody answered. */
  takeExpired(now: Millis): readonly Pending[] {
    return this.#takeAll(({ sentAt }) => now - sentAt >= EXPIRY_MS || now < sentAt);
  }

  /** When the oldest request expires. */
  expiresAt(): Millis | undefined {
    const [first] = this.#pending.values();
    return first && millis(first.sentAt + EXPIRY_MS);
  }

  #takeAll(test: (pending: Pending) => boolean): readonly Pending[] {
    const found = [...this.#pending.values()].filter(test);
    for (const { id } of found) this.#pending.delete(id);
    return found;
  }

  /** A clock that went back frees at once. */
  #freeAt(now: Millis): Millis {
    if (this.#lastAt === undefined || now < this.#lastAt) return now;
    return millis(this.#lastAt + INTERVAL_MS);
  }
}

function isPaced({ purpose }: Pending): boolean {
  return purpose.kind === "range" || purpose.kind === "block" || purpose.kind === "proof";
}
