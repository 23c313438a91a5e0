/** How long a peer may take from our Hello until its link is up. */
const PENDING_MS = 10_000;

/**
 * Which peers a follower has push finalized blocks to it (kairos N17). f+1 of them are enough for one correct one among
 * them, and every further one sends the same bytes again.
 */
export class FeedChoice {
  readonly #wanted: number;
  /** Peers that were told to push: when, and whether the link is up. */
  readonly #told = new Map<string, { readonly atMs: number; up: boolean }>();

  readonly #refusing = new Set<string>();

  /** @param wanted how many peers push */
  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  /** Decides for a new link with this peer; called once when the Hello is written. */
  choose(peerId: string, nowMs: number): boolean {
    // Told before, and never up: it takes no followers, or not now. It must not keep the place of one that does.
    if (this.#told.get(peerId)?.up === false) this.#refusing.add(peerId);
    this.#told.delete(peerId);
    if (this.#refusing.has(peerId) || this.#count(nowMs) >= this.#wanted) return false;
    this.#told.set(peerId, { atMs: nowMs, up: false });
    return true;
  }

  isTold(peerId: string): boolean {
    return this.#told.has(peerId);
  }

  onLink(peerId: string, up: boolean): void {
    if (up) this.#refusing.delete(peerId);
    const told = this.#told.get(peerId);
    if (told !== undefined && up) told.up = true;
    else if (!up) this.#told.delete(peerId);
  }

  /** Whether another connected peer should be told. */
  needsMore(nowMs: number): boolean {
    return this.#count(nowMs) < this.#wanted;
  }

  #count(nowMs: number): number {
    for (const [peerId, { atMs, up }] of this.#told) if (!up && nowMs - atMs > PENDING_MS) this.#told.delete(peerId);
    return this.#told.size;
  }
}
