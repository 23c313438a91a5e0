import type { Dialer } from "./dialer.ts";
import type { Address, UpstreamPeer, ValidatorPeer } from "./types.ts";

/** What a table of dialers works with. */
export interface DialerTableOptions {
  /** Peers dialled at most, when the list of them changes. */
  readonly outbound: number;
  /** Never dialled. */
  readonly ownKey: string;
  /** Makes the dialers of one peer, one for each channel; they do not dial yet. */
  readonly make: (publicKeyHex: string, address: Address | undefined) => readonly Dialer[];
  readonly isValidator: (publicKeyHex: string) => boolean;
  /** Whether there is any connection with the peer. */
  readonly isConnected: (publicKeyHex: string) => boolean;
}

/** A peer to be dialled, as soon as its address is known. */
export type DialTarget = Omit<ValidatorPeer, "index"> | UpstreamPeer;

/** Whom a node dials, by key: the validators and the followers that it was told of (kairos N13, N14). */
export class DialerTable {
  readonly #options: DialerTableOptions;
  readonly #byKey = new Map<string, readonly Dialer[]>();
  readonly #upstreams = new Map<string, UpstreamPeer>();
  /** Validators that gave their place to a follower, and where they are. */
  readonly #waiting = new Map<string, Address | undefined>();
  readonly #addresses = new Map<string, Address | undefined>();

  constructor(options: DialerTableOptions) {
    this.#options = options;
  }

  has(publicKeyHex: string): boolean {
    return this.#byKey.has(publicKeyHex);
  }

  /** The dialers of one peer; none when it is not dialled. */
  of(publicKeyHex: string): readonly Dialer[] {
    return this.#byKey.get(publicKeyHex) ?? [];
  }

  all(): readonly Dialer[] {
    return [...this.#byKey.values()].flat();
  }

  /**
   * Begins to dial.
   * @param targets as `dialTargets` chooses them
   * @param upstreams which of them are followers
   */
  startAll(targets: readonly DialTarget[], upstreams: readonly UpstreamPeer[]): void {
    for (const { publicKeyHex, host, port } of targets) {
      this.#add(publicKeyHex, host === undefined || port === undefined ? undefined : { host, port });
    }
    for (const peer of upstreams) {
      const { publicKeyHex } = peer;
      if (this.has(publicKeyHex) && !this.#options.isValidator(publicKeyHex)) this.#upstreams.set(publicKeyHex, peer);
    }
    for (const dialer of this.all()) dialer.start();
  }

  /**
   * Replaces the followers to be dialled. A link that works is kept, even when its peer is not named any more; a peer that
   * is not connected gives its place to a new one, and a validator takes it back when there is room. An address that has
   * changed is dialled at once.
   * @returns the keys that count as upstreams now
   */
  setUpstreams(wanted: readonly UpstreamPeer[]): ReadonlySet<string> {
    const { ownKey, isValidator } = this.#options;
    const others = wanted.filter(({ publicKeyHex }) => publicKeyHex !== ownKey && !isValidator(publicKeyHex));
    const named = new Map(others.map((peer) => [peer.publicKeyHex, peer]));
    for (const key of [...this.#upstreams.keys()]) {
      if (!named.has(key) && !this.#options.isConnected(key)) this.#drop(key);
    }
    for (const [key, peer] of named) {
      const known = this.#upstreams.get(key);
      if (known !== undefined) this.#move(known, peer);
      else if (!this.has(key) && this.#makeRoom(named)) {
        this.#dial(key, peer);
        this.#upstreams.set(key, peer);
      }
    }
    for (const [key, address] of this.#waiting) {
      if (this.#byKey.size >= this.#options.outbound) break;
      this.#waiting.delete(key);
      this.#dial(key, address);
    }
    return new Set(this.#upstreams.keys());
  }

  close(): void {
    for (const dialer of this.all()) dialer.close();
  }

  #add(publicKeyHex: string, address: Address | undefined): void {
    this.#byKey.set(publicKeyHex, this.#options.make(publicKeyHex, address));
    this.#addresses.set(publicKeyHex, address);
  }

  #dial(publicKeyHex: string, address: Address | undefined): void {
    this.#add(publicKeyHex, address);
    for (const dialer of this.of(publicKeyHex)) dialer.start();
  }

  #move(from: UpstreamPeer, to: UpstreamPeer): void {
    if (from.host === to.host && from.port === to.port) return;
    this.#upstreams.set(to.publicKeyHex, to);
    for (const dialer of this.of(to.publicKeyHex)) dialer.setAddress(to);
  }

  /** A place for one more, if need be that of a validator that cannot be reached. */
  #makeRoom(named: ReadonlyMap<string, UpstreamPeer>): boolean {
    if (this.#byKey.size < this.#options.outbound) return true;
    const idle = [...this.#byKey.keys()].find((key) => !named.has(key) && !this.#options.isConnected(key));
    if (idle === undefined) return false;
    if (!this.#upstreams.has(idle)) this.#waiting.set(idle, this.#addresses.get(idle));
    this.#drop(idle);
    return true;
  }

  #drop(publicKeyHex: string): void {
    for (const dialer of this.of(publicKeyHex)) dialer.close();
    this.#byKey.delete(publicKeyHex);
    this.#addresses.delete(publicKeyHex);
    this.#upstreams.delete(publicKeyHex);
  }
}
