/** Seconds of the rate that a quiet peer may send at once (kairos N7: 5,000 a second, 20,000 in a burst). */
const BURST_S = 4;

/**
 * How many transactions each peer may send (kairos N7). The network counts frames, and one frame carries up to 256
 * transactions, so they are counted here. Bounded by the peers that are connected: `forget` is called when one goes.
 */
export class TransactionBudget {
  readonly #perSecond: number;
  readonly #peers = new Map<number, { tokens: number; atMs: number }>();

  /** @param perSecond transactions of one peer. */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /**
   * Pays for a batch of a peer, wholly or not at all.
   * @returns false when the peer has sent too much
   */
  pay(peer: number, count: number, nowMs: number): boolean {
    const burst = BURST_S * this.#perSecond;
    const state = this.#peers.get(peer) ?? { tokens: burst, atMs: nowMs };
    this.#peers.set(peer, state);
    state.tokens = Math.min(burst, state.tokens + (Math.max(0, nowMs - state.atMs) * this.#perSecond) / 1000);
    state.atMs = nowMs;
    if (state.tokens < count) return false;
    state.tokens -= count;
    return true;
  }

  forget(peer: number): void {
    this.#peers.delete(peer);
  }
}
