import type { CallInfo, Json } from "./types.ts";

/** Where the messages of one socket's subscriptions go, and how many there may be. */
export interface SubscriptionPort {
  /** @returns false when the socket has as many subscriptions as it may have */
  hasRoom(): boolean;
  /** Makes an id; messages pushed before `keep` is called wait until then. */
  open(notification: string): { readonly id: string; readonly push: (value: Json) => void };
  /** The subscription is live, `end` ends its source. */
  keep(id: string, end: () => void): void;
  /** @returns false when there is no such subscription */
  end(id: string): boolean;
}

/** One client connection as the methods see it: who pays, and whether it is still there (kairos J7). */
export class Caller implements CallInfo {
  /** Whose rate-limit tokens pay. */
  readonly client: string;
  /** Undefined on HTTP, where nothing can be pushed. */
  readonly subscriptions: SubscriptionPort | undefined;
  #abort: AbortController | undefined;
  #gone = false;
  readonly #releases = new Set<() => void>();

  constructor(client: string, subscriptions?: SubscriptionPort) {
    this.client = client;
    this.subscriptions = subscriptions;
  }

  get gone(): boolean {
    return this.#gone;
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#gone) this.#abort.abort();
    return this.#abort.signal;
  }

  /** Calls `release` when the caller leaves, unless the returned function is called first. */
  onGone(release: () => void): () => void {
    this.#releases.add(release);
    return () => void this.#releases.delete(release);
  }

  /** The connection is gone: work for it ends. Idempotent. */
  leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#abort?.abort();
    for (const release of this.#releases) release();
    this.#releases.clear();
  }
}
