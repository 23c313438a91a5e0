import type { Millis } from "@polis/codec";
import type { LinkEffect, PeerName } from "../wire/link.ts";
import type { NodeRequest } from "../wire/messages.ts";
import type { Wire } from "../wire/wire.ts";

/** Times that a peer is asked: below the five in a minute that it answers (kratos-core 12.10). */
const MAX_ASKS = 4;
const AGAIN_MS = 5_000;
/** Peers that are remembered. */
const MAX_PEERS = 256;

interface Asked {
  readonly times: number;
  readonly at: Millis;
}

/** Who is asked for the genesis, and when again. */
export class Asking {
  readonly #wire: Wire;
  readonly #nextId: () => number;
  readonly request: NodeRequest;
  /** Connected peers that have not given a checked answer. */
  readonly #waiting = new Set<PeerName>();
  readonly #asked = new Map<PeerName, Asked>();
  readonly #open = new Map<number, PeerName>();

  constructor(options: { readonly wire: Wire; readonly nextId: () => number; readonly protocolVersion: number }) {
    this.#wire = options.wire;
    this.#nextId = options.nextId;
    this.request = { kind: "genesis", protocolVersion: options.protocolVersion };
  }

  /** Requests without an answer. */
  get open(): number {
    return this.#open.size;
  }

  /** A peer connected: it is asked, and so are those that had nothing to say before (kratos-core 12.10). */
  connected(now: Millis, peer: PeerName): readonly LinkEffect[] {
    this.#waiting.add(peer);
    return this.again(now);
  }

  disconnected(peer: PeerName): void {
    this.#waiting.delete(peer);
    for (const [id, asked] of [...this.#open]) if (asked === peer) this.#open.delete(id);
  }

  /** Nothing more is to be asked of this peer. */
  done(peer: PeerName): void {
    this.#waiting.delete(peer);
  }

  /** Takes the request that an answer is for. False for one that was not asked. */
  take(id: number): boolean {
    return this.#open.delete(id);
  }

  /** Asks everybody who may be asked now. */
  again(now: Millis): readonly LinkEffect[] {
    const open = new Set(this.#open.values());
    const free = [...this.#waiting].filter((peer) => !open.has(peer) && this.#mayAsk(now, peer));
    return free.map((peer) => {
      const id = this.#nextId();
      this.#open.set(id, peer);
      if (this.#asked.size >= MAX_PEERS) this.#asked.clear();
      this.#asked.set(peer, { times: (this.#asked.get(peer)?.times ?? 0) + 1, at: now });
      return { kind: "request", id, peer, protocol: "genesis", bytes: this.#wire.encodeRequest(this.request) };
    });
  }

  #mayAsk(now: Millis, peer: PeerName): boolean {
    const asked = this.#asked.get(peer);
    return asked === undefined || (asked.times < MAX_ASKS && now - asked.at >= AGAIN_MS);
  }
}
