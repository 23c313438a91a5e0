/** A budget that refills at a steady rate (kairos N7). Time is given by the caller, in monotonic milliseconds. */
export class TokenBucket {
  readonly #burst: number;
  readonly #ratePerMs: number;
  #tokens: number;
  #at: number;

  constructor(ratePerSecond: number, burst: number, nowMs: number) {
    this.#ratePerMs = ratePerSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = nowMs;
  }

  /** Takes tokens when there are enough. An amount above the burst passes when the bucket is full. */
  take(amount: number, nowMs: number): boolean {
    this.#refill(nowMs);
    if (this.#tokens < Math.min(amount, this.#burst)) return false;
    this.#tokens -= amount;
    return true;
  }

  /** @returns milliseconds until `take(amount)` can succeed, at least 1 unless it can now. */
  waitMs(amount: number, nowMs: number): number {
    this.#refill(nowMs);
    const missing = Math.min(amount, this.#burst) - this.#tokens;
    return missing <= 0 ? 0 : Math.max(1, Math.ceil(missing / this.#ratePerMs));
  }

  #refill(nowMs: number): void {
    const passed = Math.max(0, nowMs - this.#at);
    this.#at = nowMs;
    this.#tokens = Math.min(this.#burst, this.#tokens + passed * this.#ratePerMs);
  }
}
