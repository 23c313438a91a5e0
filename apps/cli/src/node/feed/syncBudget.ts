/** Seconds of its rate that the budget can save up. */
const BURST_S = 4;

/**
 * What may be spent on answering sync requests of followers (kairos N9). A validator that catches up is always answered,
 * because quorums may need it, and what it costs is taken from the followers' share.
 */
export class SyncBudget {
  readonly #bytesPerSecond: number;
  #bytes: number;
  #atMs: number;

  /**
   * @param bytesPerSecond outgoing bandwidth of the node
   * @param percent `p2p.sync_bandwidth_percent`
   * @param nowMs monotonic milliseconds
   */
  constructor(bytesPerSecond: number, percent: number, nowMs: number) {
    this.#bytesPerSecond = (bytesPerSecond * percent) / 100;
    this.#bytes = BURST_S * this.#bytesPerSecond;
    this.#atMs = nowMs;
  }

  /** Whether a follower's request is answered now, instead of with Busy. */
  allows(nowMs: number): boolean {
    this.#refill(nowMs);
    return this.#bytes > 0;
  }

  /** An answer of so many bytes has left. A long one is owed for until time has paid for it, up to the burst. */
  pay(bytes: number, nowMs: number): void {
    this.#refill(nowMs);
    this.#bytes = Math.max(-BURST_S * this.#bytesPerSecond, this.#bytes - bytes);
  }

  #refill(nowMs: number): void {
    const more = (Math.max(0, nowMs - this.#atMs) * this.#bytesPerSecond) / 1000;
    this.#bytes = Math.min(BURST_S * this.#bytesPerSecond, this.#bytes + more);
    this.#atMs = nowMs;
  }
}
