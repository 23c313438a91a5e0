import type { Millis } from "@polis/codec";
import type { PeerBook } from "../peers/peerBook.ts";
import type { PeerName } from "../wire/link.ts";
import type { Status } from "../wire/messages.ts";

/** How long a failure puts a peer behind the others. */
const FAILED_MS = 30_000;
/** How long a peer that withheld blocks is not believed, unless it delivers one. */
const DISTRUST_MS = 300_000;
/** Requests for blocks in a row that a peer may leave without an answer before it is not believed any more. */
const MAX_UNANSWERED = 4;
/** Peers that are watched; a node has at most fifty (kratos-core 12.2). */
const MAX_WATCHED = 1_024;

/** What a connected peer said of itself, and how it kept it. */
interface Claim {
  readonly status: Status;
  readonly at: Millis;
  /** Its proof was asked for. */
  readonly isAsked: boolean;
}

/** A peer with what it said. */
export interface ClaimOf {
  readonly peer: PeerName;
  readonly status: Status;
}

/** The claims of the connected peers, and whom to ask (kratos-core 12.11). */
export class Claims {
  readonly #book: PeerBook;
  readonly #claims = new Map<PeerName, Claim>();
  readonly #failed = new Map<PeerName, Millis>();
  readonly #distrusted = new Map<PeerName, Millis>();
  readonly #unanswered = new Map<PeerName, number>();
  readonly #lacks = new Map<PeerName, number>();

  constructor(book: PeerBook) {
    this.#book = book;
  }

  /** A status of a peer on this chain. */
  hear(now: Millis, peer: PeerName, status: Status): void {
    this.#claims.set(peer, { status, at: now, isAsked: false });
  }

  /** The proof of its claim is asked for: once for each status. */
  asked(peer: PeerName): void {
    const claim = this.#claims.get(peer);
    if (claim !== undefined) this.#claims.set(peer, { ...claim, isAsked: true });
  }

  gone(peer: PeerName): void {
    this.#claims.delete(peer);
    this.#lacks.delete(peer);
  }

  /** It did not answer: others come first for a while. */
  failed(now: Millis, peer: PeerName): void {
    remember(this.#failed, peer, now);
  }

  /** It proved a height and had no blocks for it: another proof counts only when a block of it was imported. */
  distrust(now: Millis, peer: PeerName): void {
    remember(this.#distrusted, peer, now);
  }

  /** It has no block of this height and none below, because it began with a snapshot. */
  lacks(peer: PeerName, number: number): void {
    remember(this.#lacks, peer, Math.max(number, this.#lacks.get(peer) ?? 0));
  }

  /** What it last said of itself; undefined before its first status. */
  statusOf(peer: PeerName): Status | undefined {
    return this.#claims.get(peer)?.status;
  }

  /** It proved a height and gave no answer to a request for blocks below it. */
  silent(now: Millis, peer: PeerName): void {
    const times = (this.#unanswered.get(peer) ?? 0) + 1;
    remember(this.#unanswered, peer, times);
    if (times >= MAX_UNANSWERED) this.distrust(now, peer);
  }

  /** A block of it was imported. */
  delivered(peer: PeerName): void {
    this.#unanswered.delete(peer);
    this.#distrusted.delete(peer);
  }

  /** Peers whose claim is above this height and not proved yet: those that failed last, the highest first. */
  unproven(now: Millis, above: number): readonly ClaimOf[] {
    return [...this.#claims]
      .filter(([peer, { status, isAsked }]) => {
        if (isAsked || !this.#book.isConnected(peer) || isRecent(this.#distrusted, peer, now, DISTRUST_MS))
          return false;
        return status.bestBlock > Math.max(above, this.#book.provenHeight(peer));
      })
      .map(([peer, { status }]) => ({ peer, status, failed: this.#hasFailed(now, peer) }))
      .sort((a, b) => a.failed - b.failed || b.status.bestBlock - a.status.bestBlock || byName(a.peer, b.peer));
  }

  /** Whom to ask for blocks from this height on: those that failed last, then the greatest height, then the greatest score. */
  choose(now: Millis, from: number): PeerName | undefined {
    return this.#best(now, (peer) => {
      const height = this.#book.provenHeight(peer);
      return height >= from && from > (this.#lacks.get(peer) ?? 0) ? height : undefined;
    });
  }

  /** Whom to ask for justifications above this height. @param claimedBefore only claims as old as that */
  chooseFinal(now: Millis, above: number, claimedBefore: Millis): PeerName | undefined {
    return this.#best(now, (peer) => {
      const claim = this.#claims.get(peer);
      if (claim === undefined || claim.at > claimedBefore) return undefined;
      return claim.status.finalizedNumber > above ? claim.status.finalizedNumber : undefined;
    });
  }

  /** Whom to ask for a block by its hash, other than those that were asked. */
  chooseOther(now: Millis, asked: readonly PeerName[]): PeerName | undefined {
    return this.#best(now, (peer) => (asked.includes(peer) ? undefined : this.#book.provenHeight(peer)));
  }

  #hasFailed(now: Millis, peer: PeerName): 0 | 1 {
    return isRecent(this.#failed, peer, now, FAILED_MS) ? 1 : 0;
  }

  #best(now: Millis, heightOf: (peer: PeerName) => number | undefined): PeerName | undefined {
    const found = this.#book.peers().flatMap((peer) => {
      const height = this.#claims.has(peer) ? heightOf(peer) : undefined;
      if (height === undefined) return [];
      const failed = this.#hasFailed(now, peer);
      return [{ peer, height, failed, failedAt: this.#failed.get(peer) ?? 0, score: this.#book.score(now, peer) }];
    });
    found.sort(
      (a, b) =>
        a.failed - b.failed ||
        a.failed * (a.failedAt - b.failedAt) ||
        b.height - a.height ||
        b.score - a.score ||
        byName(a.peer, b.peer),
    );
    return found[0]?.peer;
  }
}

function remember<T>(values: Map<PeerName, T>, peer: PeerName, value: T): void {
  if (values.size >= MAX_WATCHED && !values.has(peer)) values.clear();
  values.set(peer, value);
}

function isRecent(times: ReadonlyMap<PeerName, Millis>, peer: PeerName, now: Millis, forMs: number): boolean {
  const at = times.get(peer);
  return at !== undefined && at <= now && now - at < forMs;
}

function byName(a: PeerName, b: PeerName): number {
  return a < b ? -1 : 1;
}
