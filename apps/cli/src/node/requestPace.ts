/** Of the rate that a peer allows: its clock is not ours. */
const SHARE = 0.9;
/** Seconds of the rate that may be asked for at once; a peer allows three (kairos N7). */
const BURST_S = 2.5;
/** Whoever asks gives up after half a second (R12): what would leave later is asked for anew by then. */
const WAIT_MAX_MS = 400;
/** Peers that are remembered. */
const PEERS_MAX = 1_024;

/**
 * Holds requests back that a peer would drop because they are over its budget (kairos N7): a dropped one costs the wait for
 * an answer that never comes, and a point. It is supposed that all nodes of a network allow what this one allows.
 */
export class RequestPace {
  readonly #intervalMs: number;
  /** When each peer's budget is full again, in monotonic milliseconds. */
  readonly #fullAtMs = new Map<number, number>();

  /** @param perSecond `p2p.sync_rate_per_second` */
  constructor(perSecond: number) {
    this.#intervalMs = 1000 / (perSecond * SHARE);
  }

  /**
   * Takes the next place in the queue to a peer.
   * @returns milliseconds until the request may leave; undefined when it would come too late and takes no place
   */
  wait(peer: number, nowMs: number): number | undefined {
    const fullAt = Math.max(this.#fullAtMs.get(peer) ?? 0, nowMs);
    const waitMs = Math.max(0, fullAt - nowMs - BURST_S * 1000);
    if (waitMs > WAIT_MAX_MS) return undefined;
    this.#fullAtMs.delete(peer);
    this.#fullAtMs.set(peer, fullAt + this.#intervalMs);
    if (this.#fullAtMs.size > PEERS_MAX) this.#fullAtMs.delete(this.#fullAtMs.keys().next().value!);
    return waitMs;
  }
}
