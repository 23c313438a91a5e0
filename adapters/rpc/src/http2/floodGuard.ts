/** Counts what a client may do cheaply and too often: a token bucket (CVE-2023-44487 and its relatives). */
export class FloodGuard {
  readonly #burst: number;
  readonly #perMs: number;
  #tokens: number;
  #atMs: number;

  /** @param burst how many at once @param perSecond how many more each second */
  constructor(burst: number, perSecond: number, nowMs: number) {
    this.#burst = burst;
    this.#perMs = perSecond / 1_000;
    this.#tokens = burst;
    this.#atMs = nowMs;
  }

  /** Gives tokens back, never above the burst. */
  give(count: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + count);
  }

  /** @returns false when it was once too often */
  take(nowMs: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#atMs) * this.#perMs) - 1;
    this.#atMs = nowMs;
    return this.#tokens >= 0;
  }
}
